"""Who may import whom, and that one stem rhymes through the house."""

import pytest

from gm_ref.syllabus import FAMILIES, LESSONS
from tests.laws.tree import FILES, IDS, PACKAGE, by_lesson, imports, lacking, parse, place, room

MAY_IMPORT = {
    "__init__": set(),
    "syllabus": {"syllabus"},
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
    files = [PACKAGE / family / f"{stem}.py" for stem in order]
    for position, path in enumerate(path for path in files if path.exists()):
        used = {name.split(".")[2] for name in imports(parse(path)) if f".{family}." in name}
        later = used - set(order[:position])
        assert not later, f"{place(path)} imports {later}, which is no earlier lesson of the family {family}"


@by_lesson
def test_a_lesson_has_all_its_places(lesson):
    assert not lacking(lesson), lacking(lesson)[0]


def test_no_stem_is_without_a_lesson():
    stems = {lesson.stem for lesson in LESSONS}
    for room_of_stems in ("checks", "mistakes"):
        folders = {path.parent.name for path in (PACKAGE / room_of_stems).glob("*/*.py")} - {"core"}
        assert folders <= stems, f"gm_ref/{room_of_stems} has {folders - stems}, which no row of gm_ref/syllabus names"
    frozen = {p.stem for p in PACKAGE.glob("checks/frozen/*.json")}
    assert frozen <= stems, f"gm_ref/checks/frozen has {frozen - stems}, which no row of gm_ref/syllabus names"
