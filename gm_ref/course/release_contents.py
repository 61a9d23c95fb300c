"""What a class release holds: an allow-list of the repository's files, and five that are made for it.

Nothing else gets in: no answers, no mistakes, no builder, no grading, no solutions, no tests.
"""

import json
import tomllib
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from gm_ref.course.paths import Rooms
from gm_ref.course.release_readme import readme
from gm_ref.course.rows import number_of, rows
from gm_ref.desk import BadInput
from gm_ref.syllabus import Lesson

MARKER = ".gm-ref-release.json"
AS_THEY_ARE = ("LICENSE", "constraints.txt", "gm_ref/__init__.py", "gm_ref/cli.py", "gm_ref/checks/__init__.py")
PATTERNS = (
    *("gm_ref/kit/*.py", "gm_ref/kit/data/*.py", "gm_ref/kit/probes/*.py", "gm_ref/checks/core/*.py"),
    *("gm_ref/kit/data/faces/*.py", "gm_ref/kit/judge/*.py", "gm_ref/kit/judge/*.safetensors"),
    *("gm_ref/desk/*.py", "gm_ref/desk/settings/*.json"),
    *("data/*.md", "data/*.npz", "data/*.json", "data/*.csv", "data/*.safetensors"),
)
PYPROJECT = """\
[build-system]
requires = {requires}
build-backend = {backend}

[project]
name = {name}
version = {version}
description = {description}
readme = "README.md"
requires-python = {python}
license = {license}
dependencies = {dependencies}

[project.scripts]
gm-ref = {command}

[tool.setuptools.packages.find]
include = ["gm_ref*"]

[tool.setuptools.package-data]
"gm_ref.checks" = ["frozen/*.json", "frozen/readings/*.json"]
"gm_ref.desk" = ["settings/*.json"]
"gm_ref.kit.judge" = ["*.safetensors"]
"""


def contents(lessons: Sequence[Lesson], root: Path) -> dict[str, bytes]:
    """Return name -> content of every file of a release, sorted; BadInput where a file of a lesson is missing."""
    files = {name: (root / name).read_bytes() for name in [*AS_THEY_ARE, *shared(root), *own(lessons, root)]}
    made = {
        "README.md": readme(lessons),
        "pyproject.toml": pyproject((root / "pyproject.toml").read_text("utf-8")),
        "environment.yml": environment((root / "environment.yml").read_text("utf-8")),
    }
    files |= {name: text.encode() for name, text in (made | syllabus(lessons, root)).items()}
    files[MARKER] = marker(lessons, files)
    return dict(sorted(files.items()))


def shared(root: Path) -> Iterator[str]:
    """Yield the names of the files that every release has."""
    for pattern in PATTERNS:
        yield from (path.relative_to(root).as_posix() for path in root.glob(pattern))


def own(lessons: Sequence[Lesson], root: Path) -> Iterator[str]:
    """Yield the names of the lessons' own files: notebook, checks, frozen diagnoses."""
    for lesson in lessons:
        rooms = Rooms(lesson, root)
        checks = sorted(rooms.checks.glob("*.py")) or [rooms.checks]
        for path in (rooms.learner, rooms.frozen, rooms.readings, *checks):
            if not path.is_file():
                raise BadInput(f"{path} is missing: gm-ref build makes what is built, the rest has to be written.")
            yield path.relative_to(root).as_posix()


def pyproject(text: str) -> str:
    """Return the release's pyproject.toml: the repository's project with JupyterLab, without what authors need."""
    whole = tomllib.loads(text)
    project, built = whole["project"], whole["build-system"]
    needs = [*project["dependencies"], *project["optional-dependencies"]["lab"]]
    values = {key: project[key] for key in ("name", "version", "description", "license")}
    values |= {"requires": built["requires"], "backend": built["build-backend"]}
    values |= {"python": project["requires-python"], "command": project["scripts"]["gm-ref"]}
    quoted = {key: json.dumps(value) for key, value in values.items()}
    return PYPROJECT.format(**quoted, dependencies=json.dumps(needs, indent=4))


def environment(text: str) -> str:
    """Return environment.yml without its comment on make and with the release's one set of requirements."""
    head = "# For conda users: conda env create -f environment.yml && conda activate gm_ref && gm-ref lab\n"
    return head + text[text.index("name:") :].replace("-e .[lab]", "-e .")


def syllabus(lessons: Sequence[Lesson], root: Path) -> dict[str, str]:
    """Return the syllabus's files with the rows of other lessons taken out, so that no command speaks of them."""
    files = sorted((root / "gm_ref/syllabus").glob("*.py"))
    return {path.relative_to(root).as_posix(): with_rows(path.read_text("utf-8"), lessons) for path in files}


def with_rows(text: str, lessons: Sequence[Lesson]) -> str:
    """Return the source of one file of the syllabus with the rows of these lessons alone."""
    numbers = {lesson.number for lesson in lessons}
    lines = text.splitlines(keepends=True)
    for row in reversed(rows(text)):
        if number_of(row) not in numbers:
            del lines[row.lineno - 1 : row.end_lineno]
    return "".join(lines)


def marker(lessons: Sequence[Lesson], files: dict[str, bytes]) -> bytes:
    """Return the file that says what a release holds, by which a later run knows its own earlier one."""
    sums = {name: sha256(content).hexdigest() for name, content in sorted(files.items())}
    return (json.dumps({"lessons": [lesson.id for lesson in lessons], "files": sums}, indent=1) + "\n").encode()
