"""Cut a function out of the reference: whole for the solved notebook, as a stub for the learner's."""

import ast
import re
from pathlib import Path

Definition = ast.FunctionDef | ast.ClassDef

IMPORT = re.compile(r"^from (gm_ref\.\w+\.\w+) import (.+)$")
STUB_BODY = "raise NotImplementedError"


class SourceError(ValueError):
    """A lesson's source cannot be built; the text says where and what to do."""


def imported_names(cell: str) -> tuple[str, list[str]]:
    """Return the module and the names of a cell that holds one import of answers, or raise SourceError."""
    lines = [line for line in cell.strip().splitlines() if line.strip() and not line.startswith("#")]
    match = IMPORT.match(" ".join(lines).replace("(", "").replace(")", "").strip().rstrip(","))
    if not match:
        raise SourceError(f"a tagged cell must hold one 'from gm_ref.FAMILY.STEM import NAMES', got {cell[:80]!r}.")
    return match[1], [name.strip() for name in match[2].split(",")]


def find(path: Path, name: str) -> tuple[str, Definition]:
    """Return the file's text and the definition called name, or raise SourceError."""
    text = path.read_text("utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, Definition) and node.name == name:
            return text, node
    raise SourceError(f"{path} defines no function or class {name}: add it, or correct the import in the lesson.")


def definition(path: Path, name: str) -> str:
    """Return the definition called name as it stands in the file, decorators included."""
    text, node = find(path, name)
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return lines(text, first, node.end_lineno)


def stub(path: Path, name: str) -> str:
    """Return signature, docstring and `raise NotImplementedError` of the function or class called name.

    Decorators are left out, since they may be part of the answer; a class keeps the signatures and docstrings of
    its methods.
    """
    text, node = find(path, name)
    return stub_of(text, node)


def stub_of(text: str, node: Definition) -> str:
    """Return the stub of a parsed definition."""
    if ast.get_docstring(node) is None:
        raise SourceError(f"{node.name} has no docstring: the docstring is the text of the exercise.")
    head = lines(text, node.lineno, node.body[0].end_lineno)
    if isinstance(node, ast.FunctionDef):
        return f"{head}\n{' ' * (node.col_offset + 4)}{STUB_BODY}"
    methods = [stub_of(text, child) for child in node.body if isinstance(child, ast.FunctionDef)]
    return "\n\n".join([head, *methods])


def lines(text: str, first: int, last: int | None) -> str:
    """Return lines first .. last of the text, counted from one."""
    return "\n".join(text.splitlines()[first - 1 : last])
