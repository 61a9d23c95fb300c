"""Small files, small functions.  A check is a list of properties with their sentences and may be longer."""

import pytest

from tests.laws.tree import FILES, IDS, body_lines, functions, parse, place

FILE_LINES = 250
FUNCTION_LINES, CHECK_LINES = 25, 80


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_file_is_short(path):
    lines = path.read_text("utf-8").count("\n")
    assert lines <= FILE_LINES, f"{place(path)} has {lines} lines, the limit is {FILE_LINES}: split it by what it does"


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_functions_are_short(path):
    limit = CHECK_LINES if path.parent.parent.name == "checks" else FUNCTION_LINES
    long = [
        f"{place(path, f.lineno)} {f.name} has {body_lines(f)} lines"
        for f in functions(parse(path))
        if body_lines(f) > limit
    ]
    assert not long, f"{'; '.join(long)}; the limit of a body is {limit}"
