"""Mutate a reference exercise in the small ways a hand slips, one place at a time, and see whether its check notices.

A mutant is the exercise's syntax tree with one change, compiled in a copy of the reference's own names, so that all
other exercises stay right.
"""

import ast
import copy
import inspect
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module

from gm_ref.checks.core.check import SPECS
from gm_ref.checks.core.draws import Draws
from gm_ref.checks.core.guard import untouched_globals
from gm_ref.checks.core.verdict import Problem

SECONDS = 10  # for one check of one mutant, which may loop for ever
OPERATORS = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.Mod: (ast.FloorDiv,),
    ast.FloorDiv: (ast.Div,),
    ast.MatMult: (ast.Mult,),
}
COMPARISONS = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.GtE: (ast.Gt,),
    ast.LtE: (ast.Lt,),
    ast.Eq: (ast.NotEq,),
}
OTHER_NAMES = {
    "sum": "mean", "mean": "sum", "min": "max", "max": "min", "sin": "cos", "cos": "sin", "exp": "log", "log": "exp",
    "zeros": "ones", "ones_like": "zeros_like", "zeros_like": "ones_like", "cumprod": "cumsum", "parameters": "buffers",
    "buffers": "parameters", "forward": "inverse", "inverse": "forward", "log1p": "log", "square": "abs", "sqrt": "abs",
    "softplus": "relu", "logdet": "det", "pixel_shuffle": "pixel_unshuffle", "pixel_unshuffle": "pixel_shuffle",
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change: the line before, the line after, the function that results, and its text."""

    exercise: str
    change: str
    function: object
    source: str = ""


def mutants(function) -> Iterator[Mutant]:
    """Yield all mutants of a reference exercise that compile."""
    module = import_module(function.__module__)
    source = inspect.getsource(function)
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    for before, after, changed in changes(tree):
        text = ast.unparse(changed)
        if text in seen:
            continue
        seen.add(text)
        names = dict(vars(module))
        try:
            exec(compile(ast.fix_missing_locations(changed), "<mutant>", "exec"), names)
        except (SyntaxError, TypeError, ValueError, NameError, AttributeError):
            continue
        yield Mutant(function.__name__, f"{before}  ->  {after}", names[function.__name__], text)


def changes(tree: ast.Module) -> Iterator[tuple[str, str, ast.Module]]:
    """Yield (line before, line after, changed tree) for each single change of each node of the function's body.

    The words of an error message may be anything, so they are left alone.
    """
    function = tree.body[0]
    nodes = [n for part in (*body_of(function), *function.decorator_list) for n in ast.walk(part)]
    messages = [n for r in nodes if isinstance(r, ast.Raise) for n in ast.walk(r)]
    nodes = [n for n in nodes if not any(n is m for m in messages)]
    for index, node in enumerate(ast.walk(tree)):
        if not any(node is n for n in nodes) and node is not function:
            continue
        for edit in edits(node, function):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed))[index]
            edit(target)
            new = first_difference(tree, changed)
            if new:
                yield *new, changed


def body_of(function: ast.FunctionDef) -> list[ast.stmt]:
    """Return the statements of a function without its docstring."""
    return function.body[1:] if ast.get_docstring(function) is not None else function.body


def first_difference(old: ast.Module, new: ast.Module) -> tuple[str, str] | None:
    """Return the first lines in which two trees' texts differ, or None."""
    try:
        before, after = ast.unparse(old).splitlines(), ast.unparse(ast.fix_missing_locations(new)).splitlines()
    except Exception:
        return None
    for a, b in zip(before, after, strict=False):
        if a != b:
            return a.strip(), b.strip()
    return (before[-1].strip(), "nothing") if len(before) != len(after) else None


def edits(node: ast.AST, function: ast.FunctionDef) -> Iterator:
    """Yield functions that change a copy of this node in place, one for each mutation that applies."""
    kinds = {
        ast.BinOp: operator_edits,
        ast.UnaryOp: lambda n: iter([lambda m: become(m, m.operand)]),
        ast.Compare: comparison_edits,
        ast.Constant: constant_edits,
        ast.Call: call_edits,
        ast.Slice: slice_edits,
        ast.Tuple: tuple_edits,
        ast.If: negations,
        ast.IfExp: negations,
    }
    if type(node) in kinds:
        yield from kinds[type(node)](node)
    yield from name_edits(node, function)
    yield from statement_edits(node)


def operator_edits(node: ast.BinOp) -> Iterator:
    """Yield another operator, and each side alone."""
    for other in OPERATORS.get(type(node.op), ()):
        yield lambda n, other=other: setattr(n, "op", other())
    yield lambda n: become(n, n.left)
    yield lambda n: become(n, n.right)


def comparison_edits(node: ast.Compare) -> Iterator:
    """Yield the neighbouring comparisons."""
    for other in COMPARISONS.get(type(node.ops[0]), ()):
        yield lambda n, other=other: n.ops.__setitem__(0, other())


def tuple_edits(node: ast.Tuple) -> Iterator:
    """Yield the elements in reverse order."""
    if isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        yield lambda n: n.elts.reverse()


def negations(node: ast.If | ast.IfExp) -> Iterator:
    """Yield the opposite condition."""
    yield lambda n: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test))


def constant_edits(node: ast.Constant) -> Iterator:
    """Yield changes of a number, or of an answer."""
    if isinstance(node.value, bool):
        yield lambda n: setattr(n, "value", not n.value)
    elif isinstance(node.value, int | float):
        for value in {node.value + 1, node.value - 1, 0, 2 * node.value} - {node.value}:
            yield lambda n, value=value: setattr(n, "value", value)


def call_edits(node: ast.Call) -> Iterator:
    """Yield changes of a call: dropped, another function's name, arguments exchanged or dropped."""
    if node.args and not any(isinstance(a, ast.Starred) for a in node.args[:1]):
        yield lambda n: become(n, n.args[0])
    if isinstance(node.func, ast.Attribute):
        yield lambda n: become(n, n.func.value)
        if node.func.attr in OTHER_NAMES:
            yield lambda n: setattr(n.func, "attr", OTHER_NAMES[n.func.attr])
    if isinstance(node.func, ast.Name) and node.func.id in OTHER_NAMES:
        yield lambda n: setattr(n.func, "id", OTHER_NAMES[n.func.id])
    for i in range(len(node.args) - 1):
        yield lambda n, i=i: n.args.__setitem__(slice(i, i + 2), n.args[i : i + 2][::-1])
    for i in range(len(node.keywords)):
        yield lambda n, i=i: n.keywords.pop(i)


def slice_edits(node: ast.Slice) -> Iterator:
    """Yield [1:] and [:-1] for each other, and the whole."""
    if node.lower is not None or node.upper is not None:
        yield lambda n: (setattr(n, "lower", None), setattr(n, "upper", None))
    if node.lower is not None and node.upper is None:
        yield lambda n: (setattr(n, "upper", ast.UnaryOp(ast.USub(), n.lower)), setattr(n, "lower", None))
    if node.upper is not None and node.lower is None:
        yield lambda n: (setattr(n, "lower", ast.Constant(1)), setattr(n, "upper", None))


def name_edits(node: ast.AST, function: ast.FunctionDef) -> Iterator:
    """Yield each other parameter of the function in place of a parameter that is read."""
    names = [a.arg for a in function.args.args]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        for other in names:
            if other != node.id:
                yield lambda n, other=other: setattr(n, "id", other)


def statement_edits(node: ast.AST) -> Iterator:
    """Yield dropped statements and decorators, and a result cut off from its gradient."""
    body = getattr(node, "body", None)
    if isinstance(body, list):
        for i, statement in enumerate(body):
            if isinstance(statement, ast.Expr | ast.Raise | ast.If | ast.For | ast.AugAssign) and not is_text(
                statement
            ):
                yield lambda n, i=i: n.body.__setitem__(i, ast.Pass())
    if isinstance(node, ast.FunctionDef):
        for i in range(len(node.decorator_list)):
            yield lambda n, i=i: n.decorator_list.pop(i)
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Tuple):
        yield lambda n: setattr(n, "value", ast.Call(ast.Attribute(n.value, "detach", ast.Load()), [], []))


def is_text(statement: ast.stmt) -> bool:
    """Say whether a statement is a docstring."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def become(node: ast.AST, other: ast.AST) -> None:
    """Turn a node into another in place."""
    vars(node).clear()
    node.__class__ = other.__class__
    vars(node).update(vars(other))


def survives(stem: str, mutant: Mutant, seeds: int = 5) -> bool:
    """Say whether a mutant passes its check on all seeds; a time-out counts as noticed."""
    spec = SPECS[stem, mutant.exercise]
    return all(passes(spec, mutant, seed) for seed in range(seeds))


def passes(spec, mutant: Mutant, seed: int) -> bool:
    """Say whether a mutant passes its check on one seed."""
    try:
        with limited(SECONDS), untouched_globals():
            spec.properties(spec.guard(mutant.function), Draws(seed))
    except (Problem, TimeoutError):
        return False
    return True


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TimeoutError inside the block when it takes too long."""

    def stop(*_):
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
