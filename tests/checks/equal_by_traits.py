"""Which mutants the traits of an exercise know to be equal to it, so that no table has to name them.

One dtype, device or shape in place of another among arguments that are always alike, a device left out where all
tensors are on one, the shape of another sample of the same batch, and a result cut off where no gradient is asked for.
"""

import ast
import inspect

SHAPES = ("dim", "numel", "size")
LIKE = ("len", "zeros_like", "ones_like", "empty_like")
NEW = ("new_zeros", "new_ones", "new_full", "new_tensor")


def equal_by_traits(mutant, function, traits):
    """Say whether a mutant of a function differs from it only where these traits say that nothing can differ."""
    return plain(inspect.getsource(function), traits) in {
        plain(text, traits) for text in (mutant.source, uncut(mutant.source, traits))
    }


def plain(source, traits):
    """Return the text of a function with one name for all arguments that are alike."""
    return ast.unparse(Plain(traits, ast.parse(source).body[0]).visit(ast.parse(source)))


def uncut(source, traits):
    """Return the text without one detach of a returned value, where no gradient is asked for."""
    tree = ast.parse(source)
    for node in own(tree.body[0]):
        value = getattr(node, "value", None)
        cut = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "detach"
        if isinstance(node, ast.Return) and cut and not traits.slopes:
            node.value = value.func.value
    return ast.unparse(tree)


def own(node):
    """Yield the nodes below a function, but those of functions inside it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef):
            yield from own(child)


class Plain(ast.NodeTransformer):
    """Puts the first of the arguments that are alike in place of the others, where only what is alike is read."""

    def __init__(self, traits, function):
        stored = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        annotated = [a for a in function.args.args if a.annotation]
        self.tensors = [a.arg for a in annotated if ast.unparse(a.annotation) == "Tensor"]
        self.alike = [name for name in traits.alike if name not in stored]
        self.one_dtype = [*self.alike, *(name for name in traits.same_dtype if name not in stored)]

    def visit_Attribute(self, node):
        """Name one argument for all in a.dtype, a.device and a.shape."""
        self.generic_visit(node)
        group = {"dtype": self.one_dtype, "device": self.tensors, "shape": self.alike}.get(node.attr, ())
        node.value = self.first(node.value, group)
        return node

    def visit_Call(self, node):
        """Name one argument for all in a.dim(), len(a) and the like, and leave devices out."""
        self.generic_visit(node)
        here = [f"{name}.device" for name in self.tensors]
        node.keywords = [k for k in node.keywords if k.arg != "device" or ast.unparse(k.value) not in here]
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in SHAPES and isinstance(node.func, ast.Attribute):
            node.func.value = self.first(node.func.value, self.alike)
        if name in NEW and isinstance(node.func, ast.Attribute):
            node.func.value = self.first(node.func.value, self.one_dtype)
        if name in LIKE and node.args:
            node.args[0] = self.first(node.args[0], self.alike)
        return node

    def first(self, node, group):
        """Return the first name of the group in place of another one of it; the first sample for the last."""
        if isinstance(node, ast.Name) and node.id in group:
            return ast.Name(group[0], ast.Load())
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in self.tensors:
            if ast.unparse(node.slice) in ("0", "-1"):
                return ast.Subscript(self.first(node.value, group), ast.Constant(0), ast.Load())
        return node
