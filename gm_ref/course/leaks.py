"""What must not stand in what learners get, and the search for it in every file of a release.

Three kinds of secrets, compared without white space, so that formatting hides nothing:

- statements of answers: the simple statements (no headers of loops and ifs, no docstrings) of an exercise's reference;
- statements of mistakes: those of the functions in the bank, since a wrong answer is an answer with one thing changed;
- written solutions: the sentences of the cells tagged `solution` in a solved notebook.

A file of a lesson may hold statements of earlier lessons' answers, which it is given, and none of its own or a later
lesson's; a file that belongs to no lesson may hold none at all, but for the idioms below.
"""

import ast
import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from gm_ref.course.paths import ROOT, Rooms
from gm_ref.syllabus import LESSONS, Lesson

SHORTEST = 14  # characters of a statement, spaces not counted, below which it says nothing (such as `return x`)
SHORTEST_SENTENCE = 30  # of a written solution, likewise
COMPOUND = (ast.If, ast.For, ast.While, ast.With, ast.FunctionDef, ast.ClassDef)
# A training step of any lesson reads so; they say nothing about an answer.
IDIOMS = {"optimizer.zero_grad()", "loss.backward()", "optimizer.step()", "returnloss.detach()"}
MAGIC = re.compile(r"^\s*[%!].*$", re.MULTILINE)
SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n")
Secrets = dict[str, str]  # squeezed text -> what it is, in words


@dataclass(frozen=True)
class Leak:
    """A secret that stands in a file."""

    file: str
    secret: str
    text: str

    def __str__(self) -> str:
        return f"{self.file} holds {self.secret}: {self.text[:60]}"


def squeezed(text: str) -> str:
    """Return text without white space and quotes' kind."""
    return re.sub(r"\s+", "", text).replace("'", '"')


def statements(functions: Iterable[ast.FunctionDef | ast.ClassDef]) -> set[str]:
    """Return the squeezed simple statements of definitions, those long enough to say something."""
    bodies = [f.body[ast.get_docstring(f) is not None :] for f in functions]
    nodes = [n for body in bodies for top in body for n in ast.walk(top) if isinstance(n, ast.stmt)]
    simple = [n for n in nodes if not isinstance(n, (*COMPOUND, ast.Raise))]
    return {text for text in (squeezed(ast.unparse(n)) for n in simple) if len(text) >= SHORTEST}


def definitions(path: Path, wanted: Callable) -> list[ast.FunctionDef | ast.ClassDef]:
    """Return a file's functions and classes for which wanted(node) holds."""
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and wanted(node)]


@cache
def answers(rooms: Rooms) -> frozenset[str]:
    """Return the statements of a lesson's answers."""
    names = {e.name for e in rooms.lesson.exercises}
    return frozenset(statements(definitions(rooms.answers, lambda node: node.name in names)))


@cache
def mistakes(rooms: Rooms) -> frozenset[str]:
    """Return the statements of a lesson's bank of mistakes."""
    files = sorted(rooms.mistakes.glob("*.py"))
    return frozenset(statements(f for path in files for f in definitions(path, lambda node: node.decorator_list)))


@cache
def written(rooms: Rooms) -> frozenset[str]:
    """Return the sentences of a lesson's written solutions."""
    cells = json.loads(rooms.solved.read_text("utf-8"))["cells"]
    texts = ["".join(c["source"]) for c in cells if "solution" in c["metadata"].get("tags", ())]
    pieces = {squeezed(piece) for text in texts for piece in [text, *SENTENCE_END.split(text)]}
    return frozenset(piece for piece in pieces if len(piece) >= SHORTEST_SENTENCE)


@cache
def secrets_of(rooms: Rooms) -> Secrets:
    """Return all secrets of one lesson."""
    here = rooms.lesson.id
    found = dict.fromkeys(mistakes(rooms), f"a statement of a mistake of {here}")
    found |= dict.fromkeys(written(rooms), f"a written solution of {here}")
    return found | dict.fromkeys(answers(rooms), f"a statement of an answer of {here}")


@cache
def secrets(owner: Lesson | None, root: Path = ROOT) -> Secrets:
    """Return what may not stand in a file of the lesson owner; of no lesson: None."""
    found: Secrets = {}
    for lesson in LESSONS:
        found |= secrets_of(Rooms(lesson, root))
    given = [answers(Rooms(lesson, root)) for lesson in LESSONS if owner and lesson.number < owner.number]
    allowed = set().union(*given) if owner else IDIOMS
    own = set().union(*(answers(Rooms(x, root)) for x in LESSONS if owner and x.number >= owner.number))
    return {text: kind for text, kind in found.items() if text not in allowed - own}


def owner_of(file: str) -> Lesson | None:
    """Return the lesson whose notebook, checks or frozen data a file is, by its name; None for one of all lessons."""
    path = PurePosixPath(file)
    for lesson in LESSONS:
        own = (f"notebooks/{lesson.id}.ipynb", f"gm_ref/checks/frozen/{lesson.stem}.json")
        if file in own or path.parent.as_posix() == f"gm_ref/checks/{lesson.stem}":
            return lesson
    return None


def leaks(files: Mapping[str, bytes], root: Path = ROOT) -> Iterator[Leak]:
    """Yield every secret that stands in the files, name -> content; names are relative, with slashes."""
    for name, content in files.items():
        tight = "\n".join(squeezed(text) for text in texts(name, content))
        forbidden = secrets(owner_of(name), root)
        found = sorted((forbidden[text], text) for text in search(tight, root) & forbidden.keys())
        yield from (Leak(name, kind, text) for kind, text in found)


def search(tight: str, root: Path) -> set[str]:
    """Return the secrets of all lessons that stand in a squeezed text, in one pass however many they are."""
    begin = openings(root)
    places = ((i, begin.get(tight[i : i + SHORTEST], ())) for i in range(len(tight)))
    return {text for i, candidates in places for text in candidates if tight.startswith(text, i)}


@cache
def openings(root: Path) -> dict[str, list[str]]:
    """Return all secrets by their first SHORTEST characters."""
    found: dict[str, list[str]] = {}
    for text in {text for lesson in LESSONS for text in secrets_of(Rooms(lesson, root))}:
        found.setdefault(text[:SHORTEST], []).append(text)
    return found


def texts(name: str, content: bytes) -> Iterator[str]:
    """Yield all that can be read in a file: its text, each text within its JSON, and code as Python would print it."""
    whole = content.decode("utf-8", errors="replace")
    yield whole
    pieces = [whole] if name.endswith(".py") else strings(as_json(whole))
    for piece in pieces:
        yield piece
        yield reprinted(piece)


def as_json(text: str) -> object:
    """Return the value of a JSON text, None for any other text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def strings(value: object) -> Iterator[str]:
    """Yield all strings in a JSON value, keys too; a list of strings, as notebooks keep lines, also as one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in strings(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in strings(part))
        yield "".join(part for part in value if isinstance(part, str))


def reprinted(code: str) -> str:
    """Return code without comments and its own line breaks; '' for a text that is not Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.unparse(ast.parse(MAGIC.sub("", code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
