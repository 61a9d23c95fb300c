"""The edits of an index, a slice and a name."""

import ast
import copy
from collections.abc import Iterator

from gm_ref.course.edit_words import LEFT_OUT, REPLACED, TOO_MUCH, Edit, Words


def slice_edits(node: ast.Slice, say: Words) -> Iterator[Edit]:
    """Yield [1:] and [:-1] for each other, and the whole."""
    if node.lower is not None or node.upper is not None:
        yield LEFT_OUT, "a slice left out", lambda n: bounds(n, None, None)
    if node.lower is not None and node.upper is None:
        yield REPLACED, "the last dropped, not the first", lambda n: bounds(n, None, ast.UnaryOp(ast.USub(), n.lower))
    if node.upper is not None and node.lower is None:
        yield REPLACED, "the first dropped, not the last", lambda n: bounds(n, ast.Constant(1), None)


def bounds(n: ast.Slice, lower: ast.expr | None, upper: ast.expr | None) -> None:
    """Give a slice these bounds."""
    n.lower, n.upper = lower, upper


def index_edits(node: ast.Subscript, say: Words) -> Iterator[Edit]:
    """Yield an index one less and one more, without and with a stop at the table's ends, and the first for all."""
    if not (isinstance(node.slice, ast.Name) and isinstance(node.ctx, ast.Load)):
        return
    index = node.slice.id
    told = index if index in say.told else "the index"
    table = "the shape" if getattr(node.value, "attr", "") == "shape" else say.label(node.value) or "a table"
    for text, words in (
        (f"{index} - 1", f"{table} read at {told} - 1"),
        (f"({index} - 1).clamp(min=0)", f"{table} read at {told} - 1, and at 0 for {told} = 0"),
        (f"{index} + 1", f"{table} read at {told} + 1"),
        (f"({index} + 1) % len({ast.unparse(node.value)})", f"{table} read at {told} + 1"),
        (f"({index} + 1).clamp(max=len({ast.unparse(node.value)}) - 1)", f"{table} read at {told} + 1"),
        (f"{index}[:1]", f"{table} read at the first sample's {told} for all samples"),
        (f"{index}[-1:]", f"{table} read at the last sample's {told} for all samples"),
        ("0", f"{table} read at 0, not at {told}"),
        ("-1", f"{table} read at its end, not at {told}"),
    ):
        new = ast.parse(text, mode="eval").body
        yield REPLACED, words, lambda n, new=new: setattr(n, "slice", copy.deepcopy(new))


def name_edits(node: ast.Name, say: Words) -> Iterator[Edit]:
    """Yield each other name of a value in place of one that is read."""
    if not isinstance(node.ctx, ast.Load) or node.id not in say.locals or node.id in say.called:
        return
    for other in sorted(say.locals - say.called - {node.id}):
        if node.id in say.told and other in say.told:
            words = f"{other} in place of {node.id}" + " in one place" * (say.reads[node.id] > 1)
        else:
            words = "another quantity read" + (f" in place of {node.id}" if node.id in say.told else "")
        rank = REPLACED if node.id in say.told and other in say.told else TOO_MUCH
        yield rank, words, lambda n, other=other: setattr(n, "id", other)
