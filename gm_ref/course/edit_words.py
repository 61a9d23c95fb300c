"""What may be said of a place in an answer's code, and the two things that every edit needs."""

import ast
from collections import Counter
from collections.abc import Callable
from typing import Any

# Ranks: of changes that compute the same the smallest is told.
SIGN, LEFT_OUT, REPLACED, RESULT, ARGUMENT, TOO_MUCH, NUMBER = range(7)
Edit = tuple[int, str, Callable]  # rank, words, what to do to the node
DROPS = {"to", "reshape", "view", "double", "float", "contiguous", "expand", "type", "flatten", "unsqueeze", "squeeze"}
SHAPES = {"dim", "ndim", "shape", "size", "numel"}  # what is about axes, not about values


class Words:
    """What may be said of a function: the names of its arguments, and the local names that its text mentions."""

    def __init__(self, function: ast.FunctionDef, names: dict[str, Any]):
        self.names = names
        self.arguments = [a.arg for a in function.args.args]
        text = ast.get_docstring(function) or ""
        stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        self.locals = stored | set(self.arguments)
        self.told = {name for name in self.locals if name in self.arguments or ("_" in name and name in text)}
        calls = [n.func for n in ast.walk(function) if isinstance(n, ast.Call)]
        loads = [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
        self.reads = Counter(loads)
        self.called = {f.id for f in calls if isinstance(f, ast.Name)}

    def label(self, node: ast.AST) -> str:
        """Return a few words for an expression, or '' where naming it would show the answer's code."""
        if isinstance(node, ast.Name) and node.id in self.told:
            return node.id
        if is_number(node):
            return ast.unparse(node).replace("math.", "").replace(" * ", " ")
        if isinstance(node, ast.Call) and self.of(node) in DROPS and isinstance(node.func, ast.Attribute):
            return self.label(node.func.value)
        if isinstance(node, ast.Call) and self.of(node):
            return f"{self.of(node)}(...)"
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name | ast.Call):
            return self.label(node.value)
        if isinstance(node, ast.UnaryOp):
            return self.label(node.operand)
        return ""

    def of(self, call: ast.Call) -> str:
        """Return the name of the function that a call calls, '' where it is the answer's own."""
        if isinstance(call.func, ast.Attribute):
            return call.func.attr
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        home = getattr(self.names.get(name), "__module__", "builtins") or ""
        known = name in self.told or home.split(".")[0] in ("torch", "builtins", "math", "gm_ref", "numpy")
        return name if known and name not in self.locals - self.told else ""

    def some(self, kind: str, node: ast.AST) -> str:
        """Return 'the KIND LABEL', or 'a KIND' with the arguments in it."""
        label = self.label(node)
        return f"the {kind} {label}" if label else f"a {kind}{about(self, node)}"


def is_number(node: ast.AST) -> bool:
    """Say whether an expression is made of numbers alone, such as 2 * math.pi."""
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    numbers = [n for n in ast.walk(node) if isinstance(n, ast.Constant)]
    plain = all(isinstance(n.value, int | float) and not isinstance(n.value, bool) for n in numbers)
    return plain and names <= {"math"} and bool(numbers or names)


def about(say: Words, node: ast.AST) -> str:
    """Return ' (at x and mu)', the arguments whose values an expression reads, ' (in a shape)', or ''."""
    axes = [n.value for n in ast.walk(node) if isinstance(n, ast.Attribute) and n.attr in SHAPES]
    read = [n for n in ast.walk(node) if isinstance(n, ast.Name) and not any(n is a for a in axes)]
    names = list(dict.fromkeys(n.id for n in read if n.id in say.told))
    if axes and not names:
        return " (in a shape)"
    return f" (at {' and '.join(names)})" if 0 < len(names) < 3 else ""


def become(node: ast.AST, other: ast.AST) -> None:
    """Turn a node into another in place."""
    fields = dict(vars(other))
    vars(node).clear()
    node.__class__ = other.__class__
    vars(node).update(fields)
