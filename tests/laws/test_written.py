"""Nothing of a skeleton is left in a lesson, and no text cites a file that is not there."""

import re

import pytest

from gm_ref.course.paths import Rooms
from tests.laws.tree import ROOT, TODO, by_lesson, place

TEXTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "data/*.md", "gm_ref/**/*.py", "tests/**/*.py", "solutions/*.py")
    for path in ROOT.glob(pattern)
    if not path.is_relative_to(ROOT / "tests" / "course") and path.name != "test_written.py"  # these plant their own
)
FOLDERS = "docs|gm_ref|tests|solutions|notebooks|data"
CITED = re.compile(rf"(?<![\w./}}-])((?:{FOLDERS})/[\w./-]*\w|[\w-]+\.md)(?![\w*{{<])")
STANDS_FOR = re.compile(r"[A-Z]{2,}|toy")  # STEM, FAMILY, NN_STEM, EXERCISE: a name for many files


def files_of(lesson):
    """Return the files of a lesson that a person writes, helpers included."""
    rooms = Rooms(lesson)
    folders = (rooms.checks, rooms.mistakes, rooms.alternatives)
    found = [
        rooms.answers,
        rooms.source,
        rooms.tests,
        rooms.probes,
        *(p for f in folders for p in sorted(f.glob("*.py"))),
    ]
    return [path for path in found if path.exists()]


@by_lesson
def test_nothing_is_left_of_the_skeleton(lesson):
    found = [
        f"{place(path, number)} {line[line.index(TODO) :].strip()}"
        for path in files_of(lesson)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if TODO in line
    ]
    found += [f"gm_ref/syllabus/{lesson.family}.py {lesson.about}"] if TODO in lesson.about else []
    if found:
        pytest.fail("\n".join([f"{lesson.id} is not written yet. What is to be written:", *found]))


def is_there(cited, path):
    """Say whether a cited file or folder is there: from the root, beside the text, or among the documents."""
    places = [ROOT / cited, path.parent / cited, ROOT / "docs" / cited, ROOT / "docs" / "decisions" / cited]
    return any(place.exists() for place in places)


@pytest.mark.parametrize("path", TEXTS, ids=place)
def test_what_is_cited_is_there(path):
    lost = [
        f"{place(path, number)} cites {cited}"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        for cited in CITED.findall(line)
        if not STANDS_FOR.search(cited) and not is_there(cited, path)
    ]
    assert not lost, f"{'; '.join(lost)}: no such file; correct the name, or say it without a file"


@pytest.mark.parametrize(
    "text", ["see oracles_of.md 2.1", "`gm_ref/gone/away.py`", "[x](docs/gone.md)", "in tests/gone."]
)
def test_a_lost_file_is_noticed(text):
    (cited,) = CITED.findall(text)
    assert not STANDS_FOR.search(cited) and not is_there(cited, ROOT / "README.md")


@pytest.mark.parametrize(
    "text", ["gm_ref/STEM.py", "`solutions/NN_STEM.py`", "gm_ref/mistakes/{stem}/x.py", "data/*.csv"]
)
def test_a_name_for_many_files_is_no_citation(text):
    found = CITED.findall(text)
    assert not [c for c in found if not STANDS_FOR.search(c) and not is_there(c, ROOT / "README.md")]
