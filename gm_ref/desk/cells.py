"""Read a code cell as Python: without IPython's own lines, and sorted into what defines and what computes."""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

RUNS_ITS_BODY = ("time", "timeit", "capture", "prun")  # cell magics whose body is ordinary Python
NAMED = re.compile(r"^(?:async +)?(?:def|class) +(\w+)|^(\w+) *(?::[^=\n]+)?=(?!=)", re.MULTILINE)
PLAIN = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.Slice, ast.Starred, ast.Lambda, ast.JoinedStr),
    *(ast.Tuple, ast.List, ast.Set, ast.Dict, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call),
)
LONGEST = 50_000  # characters of a cell; the longest of the course has 4,000
DEEPEST = 200  # levels of a syntax tree; ordinary code has a few dozen
DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Pass)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign)
CHEAP_CALLS = re.compile(
    r"(math\.\w+|(functools\.)?partial|(collections\.)?namedtuple|float|int|tuple|dict|range|Path|"
    r"torch\.(device|tensor|cuda\.is_available|get_default_dtype))$"
)


@dataclass(frozen=True)
class Cell:
    """A code cell: its place among all cells of the notebook, counted from 1, its text, tags and nbgrader id."""

    number: int
    source: str
    tags: tuple[str, ...] = ()
    grade_id: str = ""


class Unreadable(Exception):
    """A cell is not Python; the text says on which line, and shows it."""


def parse(cell: Cell) -> list[ast.stmt]:
    """Return the statements of a cell, IPython's lines turned into calls of get_ipython; or raise Unreadable."""
    if len(cell.source) > LONGEST:
        raise Unreadable(f"Cell {cell.number} from the top has {len(cell.source):,} characters; {LONGEST:,} are read.")
    try:
        statements = statements_of(cell)
    except (RecursionError, MemoryError):
        statements = None
    except Unreadable:
        raise
    except Exception as error:  # IPython's reader meets lines that nobody writes
        raise Unreadable(f"Cell {cell.number} from the top cannot be read ({type(error).__name__}).") from None
    if statements is None or depth(statements) > DEEPEST:
        raise Unreadable(f"Cell {cell.number} from the top is nested too deeply to be read.")
    return statements


def statements_of(cell: Cell) -> list[ast.stmt]:
    """Return the statements of a cell; Unreadable shows the line that is not Python."""
    text = without_cell_magic(cell.source)
    try:
        return syntax(text)
    except SyntaxError:
        pass
    try:
        return syntax(without_line_magics(text))
    except SyntaxError as error:
        raise Unreadable(complaint(cell.number, error, text)) from None


def depth(statements: list[ast.stmt]) -> int:
    """Return how deep a syntax tree is, counted level by level: a deep one must not be walked by recursion."""
    level: list[ast.AST] = list(statements)
    levels = 0
    while level and levels <= DEEPEST:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        levels += 1
    return levels


def syntax(text: str) -> list[ast.stmt]:
    """Return the statements of a text, or raise SyntaxError whatever the reason."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text).body
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error) or "it is nested too deeply") from None


def without_cell_magic(text: str) -> str:
    """Return the Python of a cell that starts with a cell magic such as %%time, lines kept; nothing for %%bash."""
    first, _, rest = text.lstrip().partition("\n")
    if not first.startswith("%%"):
        return text
    blank = "\n" * (len(text) - len(text.lstrip()))
    return f"{blank}\n{without_cell_magic(rest)}" if first[2:].split(" ")[0].strip() in RUNS_ITS_BODY else ""


def without_line_magics(text: str) -> str:
    """Return the text with %magics, !commands and help? turned into Python, each line where it was."""
    from IPython.core.inputtransformer2 import TransformerManager

    above = re.match(r"(?:[ \t]*\n)*", text)
    return (above[0] if above else "") + TransformerManager().transform_cell(text)


def complaint(number: int, error: SyntaxError, text: str) -> str:
    """Return the sentence on a cell that is not Python."""
    lines, line = text.splitlines(), error.lineno or 0
    shown = f" `{lines[line - 1].strip()[:80]}`" if 0 < line <= len(lines) else ""
    return f"Cell {number} from the top, line {line}, is not Python ({error.msg}):{shown}"


def names_in(text: str) -> set[str]:
    """Return the names that a text which is not Python seems to define at its left margin."""
    return {first or second for first, second in NAMED.findall(text)}


def bound(statements: list[ast.stmt]) -> set[str]:
    """Return the names that statements give a value to at the top level of a cell."""
    return {name for statement in statements for node in outer(statement) for name in names_of(node)}


def outer(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and what stands in it, but for the insides of functions and classes."""
    yield node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
        for child in ast.iter_child_nodes(node):
            yield from outer(child)


def names_of(node: ast.AST) -> list[str]:
    """Return the names that one node gives a value to."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).split(".")[0] for alias in node.names]
    return [node.id] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else []


def is_for_ipython(statement: ast.stmt) -> bool:
    """Say whether a statement is a call of a check, or came from a %magic or !command."""
    functions = [node.func for node in outer(statement) if isinstance(node, ast.Call)]
    names = [f.id if isinstance(f, ast.Name) else f.attr for f in functions if isinstance(f, (ast.Name, ast.Attribute))]
    is_simple = isinstance(statement, (ast.Expr, *ASSIGNMENTS))
    return is_simple and any(name == "get_ipython" or name.startswith("check_") for name in names)


def is_definition(statement: ast.stmt) -> bool:
    """Say whether a statement only defines: an import, a function, a class, a constant, or a choice among those."""
    if isinstance(statement, ast.If):
        return is_plain(statement.test) and all(map(is_definition, statement.body + statement.orelse))
    if isinstance(statement, ast.Try):
        handlers = [inner for handler in statement.handlers for inner in handler.body]
        return all(map(is_definition, statement.body + handlers + statement.orelse + statement.finalbody))
    if isinstance(statement, ASSIGNMENTS):
        return statement.value is not None and is_plain(statement.value) and not is_for_ipython(statement)
    return isinstance(statement, DEFINITIONS)


def is_plain(value: ast.expr) -> bool:
    """Say whether an expression is cheap: constants, names, arithmetic, lambdas, and a few harmless calls."""
    nodes = [node for node in outer(value) if isinstance(node, ast.expr) and not isinstance(node, ast.Lambda)]
    calls = [ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)]
    return all(isinstance(n, PLAIN) for n in nodes) and all(CHEAP_CALLS.match(call) for call in calls)
