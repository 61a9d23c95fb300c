"""What the laws look at: the files of the package and their syntax trees."""

import ast
from pathlib import Path

from gm_ref.syllabus import FAMILIES, LESSONS  # noqa: F401

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "gm_ref"
FILES = sorted(p for p in PACKAGE.rglob("*.py"))
IDS = [str(p.relative_to(ROOT)) for p in FILES]


def parse(path):
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"))


def functions(tree):
    """Return all functions of a tree, methods and inner ones included."""
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def body_lines(function):
    """Return how many lines a function's body has, its docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def room(path):
    """Return the part of the house a file stands in: kit, checks, diffusion, ... or its own name at the top."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py")


def imports(tree):
    """Return the modules of gm_ref that a tree imports, anywhere in the file."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"{node.module}.{a.name}" for a in node.names]
    return [name for name in found if name.split(".")[0] == "gm_ref"]
