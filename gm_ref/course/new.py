"""Lay out a new lesson: its row in the syllabus and a skeleton in every room, all of it or nothing.

The skeleton builds; the laws and the tests then say what is to be written, which stands in its files behind TODO.
"""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from keyword import iskeyword
from pathlib import Path

from gm_ref.course.paths import ROOT, Rooms
from gm_ref.course.rows import end_of_table, number_of, rows
from gm_ref.desk import BadInput
from gm_ref.syllabus import FAMILIES, LESSONS, Exercise, Lesson

SKELETON = Path(__file__).parent / "skeleton"
RESERVED = {"core", "frozen", "shared", "oracles"}  # names that the rooms of checks and mistakes use themselves
LESSON_NAME = re.compile(r"(\d\d)_(\w+)")
EACH = re.compile(r"^<<each( sorted)?>>\n(.*?)^<<end>>\n", re.MULTILINE | re.DOTALL)
IMPORTS = re.compile(r"^(?:from gm_ref\.[^(\n]*\n)+", re.MULTILINE)


def new(name: str, family: str, exercises: Sequence[str], title: str = "", root: Path = ROOT) -> list[Path]:
    """Write the skeleton of lesson name, such as 33_score, and return the paths; BadInput where that cannot be done."""
    lesson = wanted(name, family, exercises, title)
    files = skeleton(lesson, root)
    refuse_to_overwrite(files, root)
    files |= {path: text for path, text in packages(lesson, root).items() if not path.exists()}
    family_rows = root / "gm_ref" / "syllabus" / f"{family}.py"
    files[family_rows] = with_row(family_rows.read_text("utf-8"), filled("row.txt", lesson), lesson.number)
    replace_all(files)
    return sorted(files)


def packages(lesson: Lesson, root: Path) -> dict[Path, str]:
    """Return the files that make the family's folders of answers and tests packages, which its first lesson needs."""
    rooms, told = Rooms(lesson, root), f'"""Lessons of the family {lesson.family}: the reference answers."""\n'
    return {rooms.answers.parent / "__init__.py": told, rooms.tests.parent / "__init__.py": ""}


def refuse_to_overwrite(files: Mapping[Path, str], root: Path) -> None:
    """Raise BadInput where a file of the skeleton is there already."""
    there = sorted(path.relative_to(root).as_posix() for path in files if path.exists())
    if there:
        more = f" and {len(there) - 1} more of its files are" if there[1:] else " is"
        raise BadInput(
            f"{there[0]}{more} there already, so nothing was written: choose another stem, or move them away."
        )


def wanted(name: str, family: str, exercises: Sequence[str], title: str) -> Lesson:
    """Return the lesson that a person asks for, or raise BadInput with what is wrong and what to write."""
    found = LESSON_NAME.fullmatch(name)
    if not found:
        raise BadInput(f"{name!r} is no name of a lesson: write two digits, _ and a stem, such as 33_score.")
    number, stem = int(found[1]), found[2]
    require_name(stem, "stem")
    for lesson in LESSONS:
        if number == lesson.number:
            raise BadInput(f"the number {found[1]} is taken by {lesson.id}: choose another; taken are {numbers()}.")
        if stem == lesson.stem:
            raise BadInput(
                f"the stem {stem} is taken by {lesson.id}: choose another, it names the files in every room."
            )
    if family not in FAMILIES:
        known = ", ".join(FAMILIES)
        raise BadInput(
            f"{family!r} is no family: choose one of {known}, or add one to gm_ref/syllabus/__init__.py first."
        )
    if not exercises:
        raise BadInput("a lesson has one exercise or more: --exercises dsm_loss,eps_to_score.")
    for exercise in exercises:
        require_name(exercise, "exercise")
        if exercises.count(exercise) > 1:
            raise BadInput(f"the exercise {exercise} is named {exercises.count(exercise)} times: each has one file.")
    title = " ".join(title.split()) or stem.replace("_", " ").capitalize()
    return Lesson(number, stem, family, title, 1, tuple(Exercise(e, 1, 5, 1) for e in exercises))


def require_name(name: str, what: str) -> None:
    """Raise BadInput unless a name can be that of a Python file and function; underscores are welcome."""
    if not name.isidentifier() or not name.isascii() or iskeyword(name):
        raise BadInput(f"the {what} {name!r} is no Python name: write letters, digits and _, not a digit first.")
    if name in RESERVED or name.startswith("_"):
        raise BadInput(f"the {what} {name!r} is the name of a file that every lesson may have: choose another.")


def numbers() -> str:
    """Return the numbers that are taken, in words."""
    return ", ".join(f"{lesson.number:02d}" for lesson in LESSONS)


def skeleton(lesson: Lesson, root: Path) -> dict[Path, str]:
    """Return path -> text of every file of a new lesson."""
    rooms = Rooms(lesson, root)
    made = {
        rooms.answers: filled("reference.txt", lesson),
        rooms.source: filled("lesson.txt", lesson),
        rooms.tests: filled("test.txt", lesson),
        rooms.probes: filled("probes.txt", lesson),
        rooms.checks / "oracles.py": filled("oracles.txt", lesson),
    }
    for kind in ("checks", "mistakes", "alternatives"):
        folder = getattr(rooms, kind)
        made[folder / "__init__.py"] = filled(f"{kind}_init.txt", lesson)
        made |= {folder / f"{e.name}.py": filled(f"{kind}.txt", lesson, e.name) for e in lesson.exercises}
    return made


def filled(template: str, lesson: Lesson, exercise: str = "") -> str:
    """Return a template with the lesson's words in it, what stands between <<each>> and <<end>> once per exercise."""
    names = [e.name for e in lesson.exercises]
    words = {"id": lesson.id, "number": f"{lesson.number:02d}", "plain_number": str(lesson.number)}
    words |= {"stem": lesson.stem, "family": lesson.family, "title": lesson.title, "first": names[0]}
    words |= {"quoted_title": json.dumps(lesson.title, ensure_ascii=False), "count": str(len(names))}

    def repeated(block: re.Match) -> str:
        order = sorted(names) if block[1] else names
        return "".join(block[2].replace("<<exercise>>", name) for name in order)

    text = EACH.sub(repeated, (SKELETON / template).read_text("utf-8")).replace("<<exercise>>", exercise)
    for word, value in words.items():
        text = text.replace(f"<<{word}>>", value)
    return IMPORTS.sub(lambda block: "".join(sorted(block[0].splitlines(keepends=True))), text)


def with_row(text: str, row: str, number: int) -> str:
    """Return the source of a family's file of the syllabus with one more row, in the order of the numbers."""
    text = text.replace("import Lesson\n", "import Exercise, Lesson\n").replace("] = ()\n", "] = (\n)\n")
    later = [there.lineno for there in rows(text) if number_of(there) > number]
    lines = text.splitlines(keepends=True)
    lines.insert((later[0] if later else end_of_table(text)) - 1, row)
    return "".join(lines)


def replace_all(files: Mapping[Path, str]) -> None:
    """Write the files; where one cannot be written, put everything back as it was and raise BadInput."""
    before = {path: path.read_bytes() if path.exists() else None for path in files}
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="\n")
    except BaseException as error:  # an interrupt too
        for path, content in before.items():
            put_back(path, content)
        if isinstance(error, OSError):
            raise BadInput(f"{error.filename}: {error.strerror}; nothing was written.") from None
        raise


def put_back(path: Path, content: bytes | None) -> None:
    """Give a file the content that it had; None removes it, and its folder where that is empty then."""
    with suppress(OSError):
        if content is None:
            path.unlink(missing_ok=True)
            path.parent.rmdir()
        else:
            path.write_bytes(content)
