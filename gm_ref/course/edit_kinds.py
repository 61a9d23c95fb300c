"""The edits of one node of a syntax tree: (rank, words, what to do to the node)."""

import ast
import copy
from collections.abc import Callable, Iterator

from gm_ref.course.edit_calls import call_edits
from gm_ref.course.edit_indices import index_edits, name_edits, slice_edits
from gm_ref.course.edit_words import ARGUMENT, LEFT_OUT, NUMBER, REPLACED, TOO_MUCH, Edit, Words, about, become


def edits(node: ast.AST, say: Words) -> Iterator[Edit]:
    """Yield the edits of one node."""
    kinds: dict[type, Callable[..., Iterator[Edit]]] = {
        ast.BinOp: operator_edits,
        ast.UnaryOp: unary_edits,
        ast.Compare: comparison_edits,
        ast.Constant: constant_edits,
        ast.Call: call_edits,
        ast.Slice: slice_edits,
        ast.Tuple: tuple_edits,
        ast.If: condition_edits,
        ast.IfExp: condition_edits,
        ast.Subscript: index_edits,
        ast.Name: name_edits,
    }
    if type(node) in kinds:
        yield from kinds[type(node)](node, say)
    yield from wrapping_edits(node, say)
    yield from statement_edits(node, say)


# operators ---------------------------------------------------------------------------------------------------------

WORD: dict[type, str] = {
    ast.Add: "a sum",
    ast.Sub: "a difference",
    ast.Mult: "a product",
    ast.Div: "a quotient",
    ast.Pow: "a power",
}
OTHERS: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.FloorDiv: (ast.Div,),
    ast.MatMult: (ast.Mult,),
}
PART: dict[type, str] = {
    ast.Add: "term",
    ast.Sub: "term",
    ast.Mult: "factor",
    ast.MatMult: "factor",
    ast.Div: "divisor",
}
TURNED: dict[type, str] = {ast.Sub: "a difference", ast.Div: "a quotient"}
FIRST: dict[type, str] = {ast.Div: "numerator", ast.Pow: "base", ast.Mod: "number before a remainder"}
PART |= {ast.Pow: "power", ast.FloorDiv: "divisor", ast.Mod: "remainder after division by"}


def operator_edits(node: ast.BinOp, say: Words) -> Iterator[Edit]:
    """Yield each side alone, the sides exchanged, and other operators."""
    kind, right = PART.get(type(node.op), "part"), say.label(node.right)
    place = f" (at {right})" if right else about(say, node)
    yield LEFT_OUT, f"{say.some(kind, node.right)} left out", lambda n: become(n, n.left)
    first = FIRST.get(type(node.op), kind)
    rank = LEFT_OUT if first == kind else REPLACED
    yield rank, f"{say.some(first, node.left)} left out", lambda n: become(n, n.right)
    if isinstance(node.op, ast.Sub | ast.Add | ast.MatMult | ast.Div | ast.Mod | ast.Pow):
        turned = TURNED.get(type(node.op), "two factors")
        yield REPLACED, f"{turned} turned round{about(say, node)}", exchange_sides
    if isinstance(node.op, ast.Sub):
        yield TOO_MUCH, f"a minus sign too many{about(say, node.left)}", negate_left
    for other in OTHERS.get(type(node.op), ()):
        was, now = WORD.get(type(node.op)), WORD.get(other)
        words = f"{now} in place of {was}{place}" if was and now else "another operator"
        yield REPLACED, words, lambda n, other=other: setattr(n, "op", other())


def exchange_sides(n: ast.BinOp) -> None:
    """Exchange the sides of an operator."""
    n.left, n.right = n.right, n.left


def negate_left(n: ast.BinOp) -> None:
    """Turn a - b into -a - b."""
    n.left = ast.UnaryOp(ast.USub(), n.left)


def unary_edits(node: ast.UnaryOp, say: Words) -> Iterator[Edit]:
    """Yield the operand alone."""
    what = "a minus sign left out" if isinstance(node.op, ast.USub) else "a condition turned round"
    yield LEFT_OUT, f"{what}{about(say, node)}", lambda n: become(n, n.operand)


COMPARISONS: dict[type, tuple[type, ...]] = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
}
SIGN: dict[type, str] = {ast.Gt: ">", ast.Lt: "<", ast.GtE: ">=", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!="}


def comparison_edits(node: ast.Compare, say: Words) -> Iterator[Edit]:
    """Yield the neighbouring comparisons."""
    for other in COMPARISONS.get(type(node.ops[0]), ()):
        words = f"{SIGN[other]} in place of {SIGN[type(node.ops[0])]}{about(say, node)}"
        yield REPLACED, words, lambda n, other=other: n.ops.__setitem__(0, other())


def condition_edits(node: ast.If | ast.IfExp, say: Words) -> Iterator[Edit]:
    """Yield the opposite condition."""
    yield REPLACED, "a condition turned round", lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))


def tuple_edits(node: ast.Tuple, say: Words) -> Iterator[Edit]:
    """Yield two elements exchanged, for each pair of neighbours."""
    for i in range(len(node.elts) - 1 if isinstance(node.ctx, ast.Load) else 0):
        names = [say.label(e) for e in node.elts[i : i + 2]]
        told = all(names) and names[0] != names[1]
        words = f"{names[0]} and {names[1]} exchanged" if told else "two things exchanged"
        yield ARGUMENT, words, lambda n, i=i: n.elts.__setitem__(slice(i, i + 2), n.elts[i : i + 2][::-1])


def constant_edits(node: ast.Constant, say: Words) -> Iterator[Edit]:
    """Yield other numbers."""
    if isinstance(node.value, bool):
        yield NUMBER, f"{not node.value} in place of {node.value}", lambda n: setattr(n, "value", not n.value)
    elif isinstance(node.value, int | float):
        old = node.value
        found = {old + 1: 0, old - 1: 0, 0: 0, 1: 0, 2 * old: 0, old / 2: 0, -old: 0, old**2: 0, 2: 0, -1: 0}
        for new in [*found, *([1 / old] if old else [])]:
            if new != old:
                value = int(new) if isinstance(old, int) and new == int(new) else new
                yield NUMBER, f"{value:.6g} in place of {old:.6g}", lambda n, value=value: setattr(n, "value", value)


# one function more, one statement less ------------------------------------------------------------------------------

WRAPS = {
    "-({})": "a minus sign too many",
    "({}) ** 2": "a square too many",
    "({}) ** 0.5": "a square root too many",
    "torch.exp({})": "an exp too many",
    "torch.log({})": "a log too many",
    "torch.log(abs({}))": "a log too many",
    "2 * ({})": "a factor 2 too many",
    "0.5 * ({})": "a factor 1/2 too many",
    "(1 - ({}))": "'1 minus' too many",
    "1 / ({})": "a reciprocal too many",
    "abs({})": "an absolute value too many",
    "({}).detach()": "a detach",
    "({}).clamp(min=0)": "negative values cut off at 0",
    "({}).clamp(-1, 1)": "values cut off at -1 and 1",
    "({}).clamp(0, 1)": "values cut off at 0 and 1",
    "({}).mean(0, keepdim=True)": "a mean over the batch",
}


def wrapping_edits(node: ast.AST, say: Words) -> Iterator[Edit]:
    """Yield an expression inside one function more."""
    plain = isinstance(node, ast.Name) and node.id in say.locals - say.called and isinstance(node.ctx, ast.Load)
    loaded = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
    if not (plain or loaded or isinstance(node, ast.BinOp | ast.Call)):
        return
    label = say.label(node)
    for pattern, words in WRAPS.items():
        told = f"{words} at {label}" if label else words
        yield TOO_MUCH, told, lambda n, pattern=pattern: wrap(n, pattern)


def wrap(n: ast.AST, pattern: str) -> None:
    """Put a node into the place {} of a pattern."""
    inner = copy.copy(n)
    outer = ast.parse(pattern.format("PLACE"), mode="eval").body
    for part in ast.walk(outer):
        if isinstance(part, ast.Name) and part.id == "PLACE":
            become(part, inner)
            break
    become(n, outer)


def statement_edits(node: ast.AST, say: Words) -> Iterator[Edit]:
    """Yield dropped statements and decorators."""
    body = getattr(node, "body", None)
    for i, statement in enumerate(body if isinstance(body, list) else []):
        text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(statement, ast.Expr | ast.Raise | ast.If | ast.For | ast.AugAssign) and not text:
            yield LEFT_OUT, dropped(statement, say), lambda n, i=i: n.body.__setitem__(i, ast.Pass())
        if reassigned(statement, say):
            yield LEFT_OUT, f"a step left out{about(say, statement)}", lambda n, i=i: n.body.__setitem__(i, ast.Pass())
    if isinstance(node, ast.FunctionDef):
        for i in range(len(node.decorator_list)):
            yield LEFT_OUT, "no_grad left out", lambda n, i=i: n.decorator_list.pop(i)


def reassigned(statement: ast.stmt, say: Words) -> bool:
    """Say whether a statement gives a new value to a name that it reads."""
    if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
        return False
    target = statement.targets[0].id
    return any(isinstance(n, ast.Name) and n.id == target for n in ast.walk(statement.value))


def dropped(statement: ast.stmt, say: Words) -> str:
    """Say which statement is left out."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return f"{say.of(statement.value) or 'a step'} left out"
    kinds = {ast.If: "a case left out", ast.Raise: "a refusal left out", ast.For: "a loop left out"}
    return kinds.get(type(statement), "a step left out")
