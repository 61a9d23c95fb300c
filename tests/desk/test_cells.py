"""What a cell defines, what of it runs, and what is said about one that is not Python."""

import ast

import pytest

from gm_ref.desk.cells import Cell, Unreadable, bound, is_definition, is_for_ipython, names_in, parse


def statements(text):
    return parse(Cell(7, text))


@pytest.mark.parametrize(
    "text, names",
    [
        ("def f(): g = 1", {"f"}),
        ("async def f(): pass\nclass G:\n    x = 1", {"f", "G"}),
        ("f = lambda x: x\na, (b, *c) = 1, (2, 3)\nd: int = 4", {"f", "a", "b", "c", "d"}),
        ("import a.b, c as d\nfrom e import f as g", {"a", "d", "g"}),
        ("try:\n    import x\nexcept ImportError:\n    x = None", {"x"}),
        ("print(f(1))\nx[0] = 3\ny.z = 4", set()),
    ],
)
def test_names_that_a_cell_defines(text, names):
    assert bound(statements(text)) == names


@pytest.mark.parametrize(
    "text",
    [
        "import torch",
        "def f(): return train()",
        "class A: pass",
        "T = 200",
        "T, name = 2 * 100, 'x'",
        "device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')",
        "half = lambda x: x / 2",
        "root = math.sqrt(2)",
        "sizes = {'a': [1, 2]}",
        "if T > 3:\n    def f(): pass\nelse:\n    f = None",
        "try:\n    import x\nexcept ImportError:\n    x = None",
    ],
)
def test_definitions_run_wherever_they_stand(text):
    assert all(map(is_definition, statements(text)))


@pytest.mark.parametrize(
    "text",
    [
        "train(net)",
        "losses = train(net)",
        "for i in range(9): pass",
        "while True: pass",
        "with open('x') as f: pass",
        "x = [train() for _ in range(9)]",
        "if train(): pass",
        "if T > 3:\n    train()",
        "math.sqrt(train())",
        "x = math.sqrt(train())",
        "x: int",
    ],
)
def test_what_computes_is_left_out(text):
    assert not any(map(is_definition, statements(text)))


@pytest.mark.parametrize(
    "text",
    ["check_f(f)", "v = checks.check_f(f, seed=1)", "%matplotlib inline", "!ls", "files = !ls", "f?", "%time f()"],
)
def test_checks_and_ipython_lines_are_told_apart(text):
    assert all(map(is_for_ipython, statements(text)))


@pytest.mark.parametrize("text", ["f(check)", "def g():\n    check_f(f)", "x = 1"])
def test_other_lines_are_not(text):
    assert not any(map(is_for_ipython, statements(text)))


@pytest.mark.parametrize("magic", ["%%time", "%%time\n%%capture out", "\n\n%%timeit -n 3"])
def test_a_cell_magic_around_python_is_taken_off_and_lines_keep_their_numbers(magic):
    (statement,) = statements(f"{magic}\ndef f(): pass")
    assert statement.name == "f"
    assert statement.lineno == magic.count("\n") + 2


def test_line_numbers_stay_below_blank_lines_and_magics():
    *_, last = statements("\n\n%matplotlib inline\nx = (5\n  % 3)\ndef f(): pass")
    assert isinstance(last, ast.FunctionDef) and last.lineno == 6


def test_a_shell_cell_holds_nothing():
    assert statements("%%bash\nrm -r x") == []


@pytest.mark.parametrize(
    "text, story",
    [
        ("x = 1\ndef f(a b):\n    pass", r"^Cell 7 from the top, line 2, is not Python \(.+\): `def f\(a b\):`$"),
        ("\n\ndef f(:\n", "line 3"),
        ("x = '\0'", "not Python"),
        ("(" * 5000 + ")" * 5000, "not Python"),
    ],
)
def test_a_cell_that_is_not_python_says_where(text, story):
    with pytest.raises(Unreadable, match=story):
        statements(text)


def test_names_are_guessed_from_a_cell_that_is_not_python():
    text = "def f(a b):\n    inner = 1\nclass G:\nh = (\nk: int = 3\nx == 2\nasync def w():"
    assert names_in(text) == {"f", "G", "h", "k", "w"}
