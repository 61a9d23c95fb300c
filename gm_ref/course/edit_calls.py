"""The edits of a call: left out, another function, arguments exchanged or left out, another axis."""

import ast
from collections.abc import Iterator

from gm_ref.course.edit_words import DROPS, LEFT_OUT, REPLACED, TOO_MUCH, Edit, Words, about, become

OTHER_NAMES = {
    "sum": ("mean", "prod", "max"), "mean": ("sum", "max", "median"), "min": ("max",), "max": ("min",), "sin": ("cos",),
    "cos": ("sin",), "exp": ("log", "expm1"), "log": ("exp", "log2", "log1p", "log10"), "zeros": ("ones",),
    "ones": ("zeros",), "ones_like": ("zeros_like",), "zeros_like": ("ones_like",), "cumprod": ("cumsum",),
    "cumsum": ("cumprod",), "parameters": ("buffers",), "buffers": ("parameters",), "forward": ("inverse",),
    "inverse": ("forward",), "log1p": ("log",), "square": ("abs", "sqrt"), "sqrt": ("abs", "square"), "std": ("var",),
    "var": ("std",), "softplus": ("relu", "sigmoid", "logsigmoid"), "logdet": ("det",), "logabsdet": ("sign",),
    "sigmoid": ("tanh", "softplus", "logsigmoid"), "pixel_shuffle": ("pixel_unshuffle",), "prod": ("sum",),
    "pixel_unshuffle": ("pixel_shuffle",), "logsumexp": ("sum", "mean"), "log2": ("log", "log10"),
    "softmax": ("sigmoid",), "xlogy": ("mul",), "linspace": ("logspace",), "slogdet": ("det",), "inv": ("pinverse",),
}  # fmt: skip
AXES = {"sum", "mean", "max", "min", "std", "var", "softmax", "logsumexp", "cumprod", "cumsum", "cat", "stack", "flip"}
AXIS = {None: "over everything", 0: "along axis 0", 1: "along axis 1", -1: "along the last axis"}


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


def set_keyword(n: ast.Call, name: str, value: int | None) -> None:
    """Give a call this keyword; None takes it away."""
    n.keywords = [k for k in n.keywords if k.arg != name]
    if value is not None:
        n.keywords.append(ast.keyword(name, ast.Constant(value)))
