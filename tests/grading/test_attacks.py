"""Hostile submissions get what they computed, and hurt nobody else.  The attacks are files in tests/grading/attacks."""

import csv
import io
import json
import os
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from gm_ref.grading.judging.judge import Judge
from gm_ref.grading.judging.record import Grade, Terms
from gm_ref.grading.out.results import Cover, write_all
from gm_ref.grading.sandbox.levels import GAPS, best_level, why_not
from gm_ref.syllabus import find_lesson
from tests.grading import footprints
from tests.grading.hostile import REPO, all_attacks, neighbour

LESSON = find_lesson("31_ddpm")
ATTACKS = all_attacks()
HELD_AT_L1 = [a for a in ATTACKS if a.needs == "L1"]
SECONDS = 120  # for one notebook; the hangs below end after TIMEOUT
TIMEOUT = 2.0
MEMORY = 600  # MiB that the judge may grow by; a frame may carry 64


class Court:
    """A judge at one level, with everything around it that an attack might touch."""

    def __init__(self, level, folder):
        self.canary, self.tmp = folder / "canary", folder / "tmp"
        for place in (self.canary / "other", self.canary / "empty", self.canary / "tests", self.tmp):
            place.mkdir(parents=True)
        (self.canary / "grades.csv").write_text("student,points\nalice,5\n")
        (self.canary / "other" / "notebook.ipynb").write_bytes(neighbour())
        (self.canary / "tests" / "check.py").write_text("assert True\n")
        self.listener = footprints.Listener(self.canary)
        self.judge = Judge(Terms(LESSON.id, 20_260_117, level, TIMEOUT))
        assert self.points("honest", neighbour()) == 5, "the honest neighbour must pass before any attack"
        self.before = self.surroundings()
        self.judge.zygote.settle()
        self.processes = len(footprints.descendants())

    def points(self, student, notebook):
        """Return the points of one notebook."""
        return self.judge.grade(student, f"{student}.ipynb", notebook).points

    def places(self):
        """Return what the marks in an attack's text stand for."""
        ids = {"PORT": str(self.listener.port), "JUDGE": str(os.getpid())}
        return {"REPO": str(REPO), "CANARY": str(self.canary), **ids}

    def surroundings(self):
        """Return everything that no attack may change."""
        trees = footprints.tree(self.canary), footprints.tree(self.tmp)
        return trees, footprints.marked_files(), footprints.own_settings(), self.listener.heard()

    def close(self):
        """End the judge and its listener."""
        self.judge.close()
        self.listener.close()


@pytest.fixture(scope="module", params=["L1", "L2", "L3"])
def court(request, tmp_path_factory):
    """A judge at each level that this machine can do."""
    level = request.param
    if why_not(level):
        pytest.skip(f"not possible here: {why_not(level)}")
    folder = tmp_path_factory.mktemp("court")
    footprints.adopt_orphans()
    others = len(footprints.descendants())  # such as the zygote of other tests in this process
    os.environ["GM_REF_CANARY"] = "sings"
    (folder / "tmp").mkdir()
    (folder / "tmp").rmdir()
    with footprints.own_tmp(folder / "tmp"):
        opened = Court(level, folder)
        yield opened
        opened.close()
    del os.environ["GM_REF_CANARY"]
    assert footprints.settle(others) == [], "the judge is closed and processes are left"
    assert list((folder / "tmp").iterdir()) == [], "the judge is closed and files are left"


def expect_well_formed(grade, attack):
    """Assert that a grade is what the record promises, whatever the submission wrote."""
    assert isinstance(grade, Grade) and (grade.student, grade.lesson) == (attack.student, LESSON.id)
    assert [(m.exercise, m.out_of) for m in grade.marks] == [(e.name, e.points) for e in LESSON.exercises]
    assert Grade.from_json(json.loads(json.dumps(grade.as_json()))) == grade
    for mark in grade.marks:
        assert mark.status in ("pass", "fail", "error", "missing")
        assert (mark.points == mark.out_of) if mark.status == "pass" else (mark.points == 0)
    texts = [text for mark in grade.marks for text in (mark.headline, *mark.lines)] + list(grade.notes)
    assert all(type(text) is str and len(text) <= 2000 for text in texts) and len(texts) <= 300


class Reader(HTMLParser):
    """Collects what a browser would run or fetch."""

    def __init__(self):
        super().__init__()
        self.dangers = []

    def handle_starttag(self, tag, attributes):
        self.dangers += [tag] if tag in ("script", "img", "iframe", "object", "embed", "base", "form", "link") else []
        self.dangers += [name for name, _ in attributes if name.startswith("on") or name in ("src", "srcdoc", "action")]


def expect_harmless_results(grade, out):
    """Assert that the files of a run with this grade hold text only, and lie where they should."""
    write_all([grade], out, Cover(grade.lesson, grade.level, grade.seed))
    written = [p for p in out.rglob("*") if p.is_file()]
    assert {p.parent.relative_to(out).as_posix() for p in written} <= {".", "students", "results"}
    for page in out.rglob("*.html"):
        reader = Reader()
        reader.feed(page.read_text("utf-8"))
        assert not reader.dangers and page.stat().st_size < 1 << 20, page
    cells = [cell for row in csv.reader(io.StringIO((out / "grades.csv").read_text("utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))]
    ET.parse(out / "junit.xml")
    assert all(json.loads(p.read_text("utf-8")) for p in (out / "results").glob("*.json"))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gets_what_it_computed(court, attack, tmp_path):
    level = court.judge.terms.level
    if level == "L1" and attack.needs != "L1":
        pytest.skip("a known gap of L1")
    if level != best_level() and not attack.touches_system:
        pytest.skip("it meets the judge and the wire alone, which are the same at the best level")
    notebooks, told = attack.notebooks(court.places()), []
    footprints.forget_peak()
    memory = footprints.peak_memory()
    with footprints.signals_counted() as signals, footprints.at_most(SECONDS * 2):
        for number, notebook in enumerate(notebooks):
            grade = court.judge.grade(attack.student, attack.file, notebook)
            expect_well_formed(grade, attack)
            earned = {m.exercise: m.points for m in grade.marks if m.points}
            assert earned == attack.scores, (number, grade.notes, [m for m in grade.marks if m.status != "missing"])
            told += [text for mark in grade.marks for text in (mark.headline, *mark.lines)]
        assert court.points("honest", neighbour()) == 5, "an honest notebook suffers"
    expect_harmless_results(grade, tmp_path / "out")
    court.judge.ready().settle()  # workers are ended behind our back: the system may take its time
    assert footprints.settle(court.processes) == [], "a process is left"
    assert court.surroundings() == court.before, "something outside the worker has changed"
    assert not signals, "signals left the worker"
    assert footprints.peak_memory() - memory < MEMORY, "the judge's memory grew"
    assert any(attack.says in text for text in told), f"the attack did not run as meant: {told}"


def test_after_all_attacks_the_solved_notebook_has_full_marks(court):
    solved = (REPO / "solutions" / f"{LESSON.id}.ipynb").read_bytes()
    assert court.points("solved", solved) == sum(e.points for e in LESSON.exercises)


def test_the_gaps_of_l1_are_told_by_name():
    assert sorted(a.name for a in ATTACKS if a.needs == "L2") == sorted(GAPS["L1"])


def test_there_are_many_attacks_and_each_says_what_it_tries():
    assert len(ATTACKS) >= 45
    assert all(len(a.story) > 20 and a.needs in ("L1", "L2") for a in ATTACKS)
    assert [a for a in HELD_AT_L1 if a.touches_system], "what L1 holds is tried at L1"
