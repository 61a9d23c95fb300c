"""Change a reference exercise in one place, in the ways people get a formula wrong, and say in words what was changed.

A change is the exercise's syntax tree with one edit, compiled in a copy of the reference's own names.  The words name
arguments, numbers and functions of the library, never a line of the answer.  The rank orders changes that compute the
same: what is left out or exchanged comes before what is too much, and that before another number.
"""

import ast
import copy
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

LEFT_OUT, REPLACED, TOO_MUCH, NUMBER = 1, 2, 5, 6
Edit = tuple[int, str, Callable[[ast.AST], None]]


@dataclass(frozen=True)
class Change:
    """A function that differs from the reference in one way; rank: smaller is simpler."""

    rank: int
    words: str
    function: Callable


def changes(function: Callable) -> Iterator[Change]:
    """Yield the changes of a reference exercise's code that compile."""
    tree = ast.parse(inspect.getsource(function))
    module = import_module(function.__module__)
    seen = {ast.unparse(tree)}
    for rank, words, changed in trees(tree):
        text = ast.unparse(changed)
        if text in seen:
            continue
        seen.add(text)
        names = dict(vars(module))
        try:
            exec(compile(ast.fix_missing_locations(changed), "<change>", "exec"), names)
        except (SyntaxError, TypeError, ValueError, NameError, AttributeError):
            continue
        yield Change(rank, words, names[function.__name__])


def trees(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """Yield (rank, words, changed tree) for each edit of each node of the function's body."""
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    say = Words(function)
    body = function.body[ast.get_docstring(function) is not None :]
    wanted = {id(n) for part in (*body, *function.decorator_list) for n in ast.walk(part)}
    wanted -= {id(n) for r in ast.walk(function) if isinstance(r, ast.Raise) for n in ast.walk(r)}
    for index, node in enumerate(ast.walk(tree)):
        if id(node) not in wanted and node is not function:
            continue
        for rank, words, edit in edits(node, say):
            changed = copy.deepcopy(tree)
            edit(list(ast.walk(changed))[index])
            try:
                ast.unparse(changed)
            except Exception:
                continue
            yield rank, words, changed


class Words:
    """What may be said of a function: the names of its arguments, and the local names that its text mentions."""

    def __init__(self, function: ast.FunctionDef):
        self.arguments = [a.arg for a in function.args.args]
        text = ast.get_docstring(function) or ""
        stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        self.locals = stored | set(self.arguments)
        self.told = {name for name in self.locals if name in self.arguments or f" {name} " in f" {text} "}
        self.called = {n.func.id for n in ast.walk(function) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}

    def label(self, node: ast.AST) -> str:
        """Return a few words for an expression, or '' where naming it would show the answer's code."""
        if isinstance(node, ast.Name) and node.id in self.told:
            return node.id
        if is_number(node):
            return ast.unparse(node).replace("math.", "").replace(" * ", " ")
        if isinstance(node, ast.Call) and self.of(node):
            return f"{self.of(node)}(...)"
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name | ast.Call):
            return self.label(node.value)
        if isinstance(node, ast.UnaryOp):
            return self.label(node.operand)
        return ""

    def of(self, call: ast.Call) -> str:
        """Return the name of the function that a call calls, '' where it is the answer's own."""
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        return name if name not in self.locals - self.told else ""

    def some(self, kind: str, node: ast.AST) -> str:
        """Return 'the KIND LABEL', or 'a KIND'."""
        label = self.label(node)
        return f"the {kind} {label}" if label else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def is_number(node: ast.AST) -> bool:
    """Say whether an expression is made of numbers alone, such as 2 * math.pi."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    numbers = [n for n in ast.walk(node) if isinstance(n, ast.Constant)]
    plain = all(isinstance(n.value, int | float) and not isinstance(n.value, bool) for n in numbers)
    return plain and names <= {"math"} and bool(numbers or names)


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

WORD = {ast.Add: "plus", ast.Sub: "minus", ast.Mult: "times", ast.Div: "divided by", ast.Pow: "to the power of"}
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
PART = {ast.Add: "term", ast.Sub: "term", ast.Mult: "factor", ast.MatMult: "factor", ast.Div: "divisor"}


def operator_edits(node: ast.BinOp, say: Words) -> Iterator[Edit]:
    """Yield each side alone, the sides exchanged, and other operators."""
    kind, right = PART.get(type(node.op), "part"), say.label(node.right)
    yield LEFT_OUT, f"{say.some(kind, node.right)} left out", lambda n: become(n, n.left)
    first = "numerator" if isinstance(node.op, ast.Div) else kind
    yield LEFT_OUT + isinstance(node.op, ast.Div), f"{say.some(first, node.left)} left out", lambda n: become(n, n.right)
    if isinstance(node.op, ast.Sub | ast.Add | ast.MatMult | ast.Div | ast.Mod | ast.Pow):
        turned = {ast.Sub: "a difference", ast.Div: "a quotient"}.get(type(node.op), "two factors")
        yield REPLACED, f"{turned} turned round{about(say, node)}", exchange_sides
    if isinstance(node.op, ast.Sub):
        yield TOO_MUCH, f"a minus sign too many{about(say, node.left)}", negate_left
    for other in OTHERS.get(type(node.op), ()):
        was, now = WORD.get(type(node.op)), WORD.get(other)
        words = f"'{now}' in place of '{was}'{' at ' + right if right else ''}" if was and now else "another operator"
        yield REPLACED, words, lambda n, other=other: setattr(n, "op", other())


def about(say: Words, node: ast.AST) -> str:
    """Return ' (with x and mu)', the arguments that an expression names, or ''."""
    found = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in say.told]
    names = list(dict.fromkeys(found))
    return f" (at {' and '.join(names)})" if 0 < len(names) < 3 else ""


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
SIGN = {ast.Gt: ">", ast.Lt: "<", ast.GtE: ">=", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!="}


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
        words = f"{names[0]} and {names[1]} exchanged" if all(names) and names[0] != names[1] else "two things exchanged"
        yield REPLACED, words, lambda n, i=i: n.elts.__setitem__(slice(i, i + 2), n.elts[i : i + 2][::-1])


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


# calls -------------------------------------------------------------------------------------------------------------

OTHER_NAMES = {
    "sum": ("mean", "prod", "max"), "mean": ("sum", "max", "median"), "min": ("max",), "max": ("min",), "sin": ("cos",),
    "cos": ("sin",), "exp": ("log", "expm1"), "log": ("exp", "log2", "log1p", "log10"), "zeros": ("ones",),
    "ones": ("zeros",), "ones_like": ("zeros_like",), "zeros_like": ("ones_like",), "cumprod": ("cumsum",),
    "cumsum": ("cumprod",), "parameters": ("buffers",), "buffers": ("parameters",), "forward": ("inverse",),
    "inverse": ("forward",), "log1p": ("log",), "square": ("abs", "sqrt"), "sqrt": ("abs", "square"), "std": ("var",),
    "var": ("std",), "softplus": ("relu", "sigmoid", "logsigmoid"), "logdet": ("det",), "logabsdet": ("sign",),
    "sigmoid": ("tanh", "softplus", "logsigmoid"), "pixel_shuffle": ("pixel_unshuffle",), "prod": ("sum",),
    "pixel_unshuffle": ("pixel_shuffle",), "logsumexp": ("sum", "mean"), "log2": ("log", "log10"), "softmax": ("sigmoid",),
    "xlogy": ("mul",), "linspace": ("logspace",), "slogdet": ("det",), "inv": ("pinverse",),
}  # fmt: skip
AXES = {"sum", "mean", "max", "min", "std", "var", "softmax", "logsumexp", "cumprod", "cumsum", "cat", "stack", "flip"}
AXIS = {None: "over everything", 0: "along axis 0", 1: "along axis 1", -1: "along the last axis"}
DROPS = {"to", "reshape", "view", "double", "float", "contiguous", "expand", "type"}


def call_edits(node: ast.Call, say: Words) -> Iterator[Edit]:
    """Yield changes of a call: dropped, another function, arguments exchanged or dropped, another axis."""
    name = say.of(node) or "a call"
    inner = node.args[0] if node.args and not is_method(node, say) else getattr(node.func, "value", node)
    words = f"{name} left out{about(say, inner)}"
    rank = TOO_MUCH if name in DROPS else LEFT_OUT
    if node.args and not isinstance(node.args[0], ast.Starred):
        yield rank, words, lambda n: become(n, n.args[0])
    if is_method(node, say):
        yield rank, words, lambda n: become(n, n.func.value)
    for other in OTHER_NAMES.get(name, ()):
        yield REPLACED, f"{other} in place of {name}{about(say, inner)}", lambda n, o=other: rename(n, o)
    for i in range(len(node.args) - 1):
        labels = [say.label(a) for a in node.args[i : i + 2]]
        between = f"{labels[0]} and {labels[1]}" if all(labels) and labels[0] != labels[1] else "two arguments"
        swap = lambda n, i=i: n.args.__setitem__(slice(i, i + 2), n.args[i : i + 2][::-1])  # noqa: E731
        yield REPLACED, f"{between} of {name} exchanged", swap
    for i, keyword in enumerate(node.keywords):
        yield TOO_MUCH, f"{keyword.arg} of {name} left out", lambda n, i=i: n.keywords.pop(i)
    yield from axis_edits(node, name)


def is_method(node: ast.Call, say: Words) -> bool:
    """Say whether a call is of a method of a value, not of a function of a module."""
    func = node.func
    return isinstance(func, ast.Attribute) and ast.unparse(func.value) not in ("torch", "math", "torch.linalg")


def rename(n: ast.Call, other: str) -> None:
    """Let a call call another function: of torch where the name stands alone."""
    if isinstance(n.func, ast.Attribute):
        n.func.attr = other
    else:
        module = ast.Name("torch", ast.Load())
        n.func = ast.Attribute(ast.Attribute(ast.Attribute(module, "nn", ast.Load()), "functional", ast.Load()), other)
        n.func.ctx = ast.Load()


def axis_edits(node: ast.Call, name: str) -> Iterator[Edit]:
    """Yield a reduction over other axes, and one that keeps its axis."""
    if name not in AXES:
        return
    now = next((k.value for k in node.keywords if k.arg == "dim"), None)
    for axis in (None, 0, 1, -1):
        if now is None or ast.unparse(now) != str(axis):
            yield REPLACED, f"{name} {AXIS[axis]}", lambda n, axis=axis: set_keyword(n, "dim", axis)
    if now is not None:
        yield TOO_MUCH, f"keepdim in {name}", lambda n: set_keyword(n, "keepdim", True)


def set_keyword(n: ast.Call, name: str, value: object) -> None:
    """Give a call this keyword; None takes it away."""
    n.keywords = [k for k in n.keywords if k.arg != name]
    if value is not None:
        n.keywords.append(ast.keyword(name, ast.Constant(value)))


# indices and names -------------------------------------------------------------------------------------------------


def slice_edits(node: ast.Slice, say: Words) -> Iterator[Edit]:
    """Yield [1:] and [:-1] for each other, and the whole."""
    if node.lower is not None or node.upper is not None:
        yield LEFT_OUT, "a slice left out", lambda n: (setattr(n, "lower", None), setattr(n, "upper", None))
    if node.lower is not None and node.upper is None:
        yield REPLACED, "the last dropped in place of the first", lambda n: (
            setattr(n, "upper", ast.UnaryOp(ast.USub(), n.lower)),
            setattr(n, "lower", None),
        )
    if node.upper is not None and node.lower is None:
        yield REPLACED, "the first dropped in place of the last", lambda n: (
            setattr(n, "lower", ast.Constant(1)),
            setattr(n, "upper", None),
        )


def index_edits(node: ast.Subscript, say: Words) -> Iterator[Edit]:
    """Yield an index one less and one more, without and with a stop at the table's ends, and the first for all."""
    if not (isinstance(node.slice, ast.Name) and isinstance(node.ctx, ast.Load)):
        return
    table, index = say.label(node.value) or "a table", node.slice.id
    for text, words in (
        (f"{index} - 1", f"{table} read at {index} - 1"),
        (f"({index} - 1).clamp(min=0)", f"{table} read at {index} - 1, and at 0 for {index} = 0"),
        (f"{index} + 1", f"{table} read at {index} + 1"),
        (f"({index} + 1) % len({ast.unparse(node.value)})", f"{table} read at {index} + 1"),
        (f"({index} + 1).clamp(max=len({ast.unparse(node.value)}) - 1)", f"{table} read at {index} + 1"),
        (f"{index}[:1]", f"{table} read at the first sample's {index} for all samples"),
        (f"{index}[-1:]", f"{table} read at the last sample's {index} for all samples"),
    ):
        new = ast.parse(text, mode="eval").body
        yield REPLACED, words, lambda n, new=new: setattr(n, "slice", copy.deepcopy(new))


def name_edits(node: ast.Name, say: Words) -> Iterator[Edit]:
    """Yield each other name of a value in place of one that is read."""
    if not isinstance(node.ctx, ast.Load) or node.id not in say.locals or node.id in say.called:
        return
    for other in sorted(say.locals - say.called - {node.id}):
        if node.id in say.told and other in say.told:
            words = f"{other} in place of {node.id}"
        else:
            words = "another quantity read" + (f" in place of {node.id}" if node.id in say.told else "")
        rank = REPLACED if node.id in say.told and other in say.told else TOO_MUCH
        yield rank, words, lambda n, other=other: setattr(n, "id", other)


WRAPS = {
    "-({})": "a minus sign too many",
    "({}) ** 2": "a square too many",
    "({}) ** 0.5": "a square root too many",
    "torch.exp({})": "an exp too many",
    "torch.log({})": "a log too many",
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
            yield LEFT_OUT, "a step left out", lambda n, i=i: n.body.__setitem__(i, ast.Pass())
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


def become(node: ast.AST, other: ast.AST) -> None:
    """Turn a node into another in place."""
    fields = dict(vars(other))
    vars(node).clear()
    node.__class__ = other.__class__
    vars(node).update(fields)
