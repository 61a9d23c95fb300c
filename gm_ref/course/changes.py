"""Change a right answer in one place, in the ways people get a formula wrong, and say in words what was changed.

A change is the answer's syntax tree with one edit, compiled in a copy of the answer's own names.  The words name
arguments, numbers and functions of the library, never a line of the answer.  The rank orders changes that compute the
same: what is left out or exchanged comes before what is too much, and that before another number.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gm_ref.course.edit_kinds import edits
from gm_ref.course.edit_words import Words


@dataclass(frozen=True)
class Change:
    """A function that differs from the reference in one way; rank: smaller is simpler."""

    rank: int
    words: str
    function: Callable


def changes(function: Callable) -> Iterator[Change]:
    """Yield the changes of an answer's code that compile."""
    source = inspect.getsource(function)
    own = inspect.unwrap(function).__globals__
    seen = {ast.unparse(ast.parse(source))}
    for rank, words, changed in trees(source, own):
        text = ast.unparse(changed)
        if text in seen:
            continue
        seen.add(text)
        names = dict(own)
        try:
            exec(compile(ast.fix_missing_locations(changed), "<change>", "exec"), names)
        except (SyntaxError, TypeError, ValueError, NameError, AttributeError):
            continue
        yield Change(rank, words, names[function.__name__])


def trees(source: str, own: dict[str, Any]) -> Iterator[tuple[int, str, ast.Module]]:
    """Yield (rank, words, changed tree) for each edit of each node of the function's body."""
    tree = ast.parse(source)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    say = Words(function, own)
    body = function.body[ast.get_docstring(function) is not None :]
    wanted = {id(n) for part in (*body, *function.decorator_list) for n in ast.walk(part)}
    wanted -= {id(n) for r in ast.walk(function) if isinstance(r, ast.Raise) for n in ast.walk(r)}
    for index, node in enumerate(ast.walk(tree)):
        if id(node) not in wanted and node is not function:
            continue
        for rank, words, edit in edits(node, say):
            changed = ast.parse(source)  # faster than a deep copy
            edit(list(ast.walk(changed))[index])
            try:
                ast.unparse(changed)
            except Exception:
                continue
            yield rank, words, changed
