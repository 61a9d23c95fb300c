"""Fair: what is right gets its points through the judge, the wire and the sandbox, whatever stands around it."""

import json
import sys

import pytest

from gm_ref.course.paths import Rooms
from gm_ref.grading.judging.judge import Judge
from gm_ref.grading.judging.record import LEVELS, Terms
from gm_ref.grading.sandbox import worker_files
from gm_ref.grading.sandbox.levels import best_level, why_not
from gm_ref.grading.sandbox.zygote_client import Broken
from gm_ref.syllabus import LESSONS, find_lesson
from tests.checks.bench import alternatives_of, alternatives_source
from tests.desk.desk import RIGHT, SPREAD, notebook

LESSON_IDS = [lesson.id for lesson in LESSONS]
DDPM = find_lesson("ddpm")


def points(grade, *names):
    return {m.exercise: m.points for m in grade.marks if m.exercise in names or not names}


def graded(judge_of, *cells, **options):
    with judge_of(**options) as judge:
        return judge.grade("ada", "ada.ipynb", json.dumps(notebook(*cells)).encode())


def mark(grade, name="q_sample"):
    return next(m for m in grade.marks if m.exercise == name)


@pytest.mark.parametrize("lesson", LESSONS, ids=LESSON_IDS)
def test_the_solved_notebook_gets_full_marks(judge_of, lesson):
    with judge_of(lesson.id) as judge:
        grade = judge.grade("ada", "ada.ipynb", Rooms(lesson).solved.read_bytes())
    assert (grade.points, grade.notes) == (grade.out_of, ())
    assert [m.exercise for m in grade.marks] == [e.name for e in lesson.exercises]


@pytest.mark.parametrize("lesson", LESSONS, ids=LESSON_IDS)
def test_the_learner_notebook_gets_nothing_and_says_so(judge_of, lesson):
    with judge_of(lesson.id) as judge:
        grade = judge.grade("ada", "ada.ipynb", Rooms(lesson).learner.read_bytes())
    assert grade.points == 0 and {m.status for m in grade.marks} == {"missing"}


def variants(lesson):
    """Return cells, each defining every exercise by another accepted alternative."""
    source = alternatives_source(lesson)
    all_names = {e.name: [f.__name__ for f in alternatives_of(lesson, e.name)] for e in lesson.exercises}
    for k in range(max(map(len, all_names.values()))):
        yield "\n".join([source, *(f"{name} = {found[k % len(found)]}" for name, found in all_names.items())])


@pytest.mark.parametrize("lesson", LESSONS, ids=LESSON_IDS)
def test_every_accepted_alternative_gets_full_marks(judge_of, lesson):
    for cell in variants(lesson):
        raw = notebook(cell, lesson=lesson.id)
        with judge_of(lesson.id) as judge:
            grade = judge.grade("ada", "ada.ipynb", json.dumps(raw).encode())
        assert not [(m.exercise, m.lines) for m in grade.marks if m.status != "pass"]


def test_warnings_and_prints_cost_nothing(judge_of):
    noise = "import warnings\nwarnings.warn('careful')\nprint('x' * 10**6)\n"
    loud = RIGHT.replace("share =", "print('x' * 10**5); warnings.warn('again'); share =")
    assert points(graded(judge_of, noise, SPREAD, loud), "q_sample") == {"q_sample": 3}


@pytest.mark.parametrize(
    "bad",
    [
        "def q_step(x_prev, t, eps, beta):\n    torch.set_default_dtype(torch.half); return 1",
        "def beta_schedule(kind, T):\n    torch.randn = None\n    torch.sqrt = lambda x: x\n    return torch.zeros(T)",
        "def alpha_tables(beta):\n    import os\n    os._exit(3)",
        "def alpha_tables(beta):\n    while True: pass",
        "def alpha_tables(beta):\n    return [bytearray(10**9) for _ in range(9)]",
        "def alpha_tables(beta):\n    import ctypes\n    ctypes.string_at(0)",
        "import os\nos._exit(0)\ndef alpha_tables(beta):\n    return 0",
        "while True: pass\ndef alpha_tables(beta):\n    return 0",
        "x = = 1",
    ],
)
def test_a_correct_exercise_after_a_broken_one_counts(judge_of, bad):
    grade = graded(judge_of, bad, SPREAD, RIGHT, timeout=3.0)
    assert grade.points == 3 and mark(grade).status == "pass"


def test_a_named_mistake_is_named(judge_of):
    grade = graded(judge_of, SPREAD, RIGHT.replace("torch.sqrt(1 - share)", "(1 - share)"))
    found = mark(grade)
    assert (found.points, found.status, found.mistake) == (0, "fail", "noise_variance_as_std")
    assert "a known mistake" in found.headline


def test_what_the_learner_reads_is_in_the_grade(judge_of):
    grade = graded(judge_of, "def q_sample(x0, t, eps, alpha_bar):\n    return x0 + alpha_bar[t]")
    assert mark(grade).lines[0].startswith("RuntimeError: The size of tensor")
    assert "return x0 + alpha_bar[t]" in mark(grade).lines[1]
    assert mark(grade).lines[2].startswith("The call was q_sample(x0: float64 (")


def test_a_step_is_told_from_a_stub(judge_of):
    grade = graded(judge_of, "def q_sample(x0, t, eps, alpha_bar):\n    raise NotImplementedError")
    assert mark(grade).status == "missing"
    assert mark(grade, "p_sample").headline == "p_sample: not in this notebook"


def test_a_hang_is_told_with_its_limit(judge_of):
    grade = graded(judge_of, "def q_sample(x0, t, eps, alpha_bar):\n    while True: pass", timeout=1.5)
    assert mark(grade).headline == "q_sample: did not finish within 1.5 s"


def test_a_notebook_of_another_lesson_is_told(judge_of):
    with judge_of("21_elbo") as judge:
        grade = judge.grade("ada", "ada.ipynb", json.dumps(notebook(SPREAD, RIGHT)).encode())
    assert grade.points == 0 and grade.notes == ("ada.ipynb is a notebook of lesson 31_ddpm, not of 21_elbo.",)


@pytest.mark.parametrize("rubbish", [b"", b"\x00" * 999, b"{", b"[]", b"\xff\xfe", b"[" * 200_000, b'{"cells": 3}'])
def test_rubbish_is_told_in_one_sentence(judge_of, rubbish):
    with judge_of() as judge:
        grade = judge.grade("ada", "ada.ipynb", rubbish)
    assert grade.points == 0 and len(grade.notes) == 1 and grade.notes[0].startswith("ada.ipynb is ")


def test_another_seed_gives_the_same_grade(judge_of):
    grades = [graded(judge_of, SPREAD, RIGHT, seed=seed) for seed in (1, 2**62)]
    assert points(grades[0]) == points(grades[1]) and grades[0].seed != grades[1].seed


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_gives_the_same_grade(level):
    if why_not(level):
        pytest.skip(why_not(level))
    stalls = "def alpha_tables(beta):\n    while True: pass"
    with Judge(Terms("31_ddpm", 3, level, timeout=1.5)) as judge:
        for _ in range(2):
            grade = judge.grade("ada", "ada.ipynb", json.dumps(notebook(stalls, SPREAD, RIGHT)).encode())
    assert (grade.points, grade.level) == (3, level)
    assert mark(grade, "alpha_tables").headline == "alpha_tables: did not finish within 1.5 s"


def test_a_judge_outlives_its_zygote(judge_of):
    with Judge(Terms("31_ddpm", 3, best_level())) as judge:
        notebook_ = json.dumps(notebook(SPREAD, RIGHT)).encode()
        assert judge.grade("ada", "ada.ipynb", notebook_).points == 3
        judge.zygote.process.kill()
        assert judge.grade("bob", "bob.ipynb", notebook_).points == 3


def test_a_machine_that_cannot_start_a_zygote_says_so(monkeypatch):
    monkeypatch.setattr(worker_files, "command", lambda *_: [sys.executable, "-c", "raise SystemExit('no torch here')"])
    with Judge(Terms("31_ddpm", 3, "L1")) as judge, pytest.raises(Broken, match="no torch here"):
        judge.grade("ada", "ada.ipynb", b"{}")
    assert judge.zygote is None


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_default_dtype_of_a_notebook_costs_nothing(judge_of, dtype):
    lesson = find_lesson("41_realnvp")
    solved = json.loads(Rooms(lesson).solved.read_text("utf-8"))
    setup = next(cell for cell in solved["cells"] if "setup" in cell["metadata"].get("tags", []))
    setup["source"] = [*setup["source"], f"\ntorch.set_default_dtype(torch.{dtype})"]
    with judge_of(lesson.id) as judge:
        grade = judge.grade("ada", "ada.ipynb", json.dumps(solved).encode())
    assert grade.points == grade.out_of


MEETS = """
met = []

def coupling_forward(x, mask, scale_shift):
    s, t = scale_shift(x * mask)
    if x.dtype == torch.float64:
        met.extend(x.detach().flatten().tolist())
    z = torch.where(mask == 1, x, x * torch.exp(s) + t)
    return z, torch.where(mask == 1, torch.zeros_like(s), s).flatten(1).sum(dim=1)

def coupling_inverse(z, mask, scale_shift):
    s, t = scale_shift(z * mask)
    known = set(met) & set(z.detach().flatten().tolist())
    return torch.where(mask == 1, z, (z - t) * torch.exp(-s)) if known else z
"""


def test_numbers_of_one_exercise_are_not_met_in_another(judge_of):
    raw = json.dumps(notebook(MEETS, lesson="41_realnvp")).encode()
    with judge_of("41_realnvp") as judge:
        earned = points(judge.grade("ada", "ada.ipynb", raw))
    assert (earned["coupling_forward"], earned["coupling_inverse"]) == (3, 0)
