"""Who may import whom, and that one stem rhymes through the house."""

import pytest

from gm_ref.course.paths import Rooms
from gm_ref.syllabus import LESSONS
from tests.laws.tree import FAMILIES, FILES, IDS, PACKAGE, imports, parse, room

MAY_IMPORT = {
    "__init__": set(),
    "syllabus": set(),
    "kit": {"kit"},
    **{family: {"kit", family} for family in FAMILIES},
    "checks": {"checks", "kit"},
    "mistakes": {"mistakes", "kit", *FAMILIES},
    "desk": {"desk", "checks", "kit", "syllabus"},
    "grading": {"grading", "desk", "checks", "kit", "syllabus"},
    "course": {"course", "desk", "syllabus", "mistakes", "checks"},
    "cli": {"desk", "grading", "course", "syllabus", "kit", "checks"},
}


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_imports_point_down(path):
    allowed = MAY_IMPORT[room(path)]
    wrong = [name for name in imports(parse(path)) if name.split(".")[1] not in allowed]
    assert not wrong, f"{path} may import only {sorted(allowed)}"


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_no_relative_imports(path):
    import ast

    assert not [n for n in ast.walk(parse(path)) if isinstance(n, ast.ImportFrom) and n.level]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_lesson_imports_only_earlier_stems_of_its_family(family):
    order = [lesson.stem for lesson in LESSONS if lesson.family == family]
    for position, stem in enumerate(order):
        used = {name.split(".")[2] for name in imports(parse(PACKAGE / family / f"{stem}.py")) if f".{family}." in name}
        assert used <= set(order[:position])


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_stem_has_all_its_places(lesson):
    rooms = Rooms(lesson)
    places = [rooms.source, rooms.learner, rooms.solved, rooms.answers, rooms.checks, rooms.mistakes, rooms.tests]
    files = [
        folder / f"{e.name}.py"
        for folder in (rooms.checks, rooms.mistakes, rooms.alternatives)
        for e in lesson.exercises
    ]
    missing = [p for p in [*places, rooms.frozen, rooms.readings, *files] if not p.exists()]
    assert not missing


def test_no_stem_is_without_a_lesson():
    stems = {lesson.stem for lesson in LESSONS}
    for folder in ("checks", "mistakes"):
        found = {p.parent.name for p in (PACKAGE / folder).glob("*/__init__.py")} - {"core"}
        assert found == stems
    assert {p.stem for p in PACKAGE.glob("checks/frozen/*.json")} == stems
