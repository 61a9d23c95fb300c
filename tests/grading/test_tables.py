"""Tables for other programs can be read back, and text in them stays text."""

import csv
import io
import json
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gm_ref.grading.judging.record import Mark
from gm_ref.grading.out.tables import cell, grades_csv, gradescope, junit_xml
from tests.grading.school import LESSON, graded, mark, not_graded

EVIL = ["=cmd()", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1"]
WRONG = {"q_sample": ("fail", "noise_variance_as_std", ["Your noise is off.", "a < b & c"]), "q_step": ("missing",)}
any_text = st.text(st.characters(), max_size=60)


def rows(grades):
    return list(csv.DictReader(io.StringIO(grades_csv(grades).decode("utf-8-sig"), newline="")))


def test_a_row_for_each_student_and_exercise():
    content = grades_csv([graded("anna", WRONG), graded("ben")])
    assert content.startswith(b"student,lesson,exercise,points,out_of,status,mistake,seconds,level\n")
    table = rows([graded("anna", WRONG), graded("ben")])
    assert [(r["student"], r["exercise"]) for r in table] == [
        (s, e.name) for s in ("anna", "ben") for e in LESSON.exercises
    ]
    one = next(r for r in table if r["exercise"] == "q_sample")
    assert one == {
        **{"student": "anna", "lesson": "31_ddpm", "exercise": "q_sample", "points": "0", "out_of": "3"},
        **{"status": "fail", "mistake": "noise_variance_as_std", "seconds": "0.250", "level": "L2"},
    }


def test_the_byte_order_mark_is_there_only_where_excel_needs_it():
    assert grades_csv([graded("anna")]).startswith(b"student,")
    assert grades_csv([graded("Müller")]).startswith(b"\xef\xbb\xbfstudent,")
    assert rows([graded("Müller")])[0]["student"] == "Müller"


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_is_a_formula(text):
    assert cell(text).startswith("'")
    assert rows([graded(text)])[0]["student"].startswith("'")


@given(any_text, any_text)
def test_any_text_is_one_cell(student, mistake):
    grade = graded(student, {"q_sample": ("fail", mistake)})
    table = rows([grade, graded("next")])
    assert len(table) == 2 * len(LESSON.exercises)
    for value in (value for r in table for value in r.values()):
        assert not re.match(r"\s*[=+\-@\t\r]", value) and not re.search(r"[\0-\x1f\x7f]", value)
    assert grades_csv([grade]).count(b"\n") == len(LESSON.exercises) + 1


def test_junit_has_a_suite_for_each_student_and_a_case_for_each_exercise():
    grade = graded("anna", {**WRONG, "alpha_tables": ("error", None, ["IndexError: 3"])}, ["Cell 3 is not Python."])
    root = ET.fromstring(junit_xml([grade, graded("ben")]))
    assert root.tag == "testsuites" and [s.get("name") for s in root] == ["anna", "ben"]
    suite = root[0]
    n = str(len(LESSON.exercises))
    assert [suite.get(k) for k in ("tests", "failures", "errors", "skipped")] == [n, "1", "1", "1"]
    cases = {c.get("name"): [child.tag for child in c] for c in suite.iter("testcase")}
    assert list(cases) == [e.name for e in LESSON.exercises]
    assert {k: v for k, v in cases.items() if v} == {
        "alpha_tables": ["error"],
        "q_step": ["skipped"],
        "q_sample": ["failure"],
    }
    failure = suite.find(".//failure")
    assert failure.get("message") == "q_sample: not right yet" and failure.text.endswith("a < b & c")
    assert suite.find("system-out").text == "Cell 3 is not Python."
    assert {p.get("name"): p.get("value") for p in suite.iter("property")}["level"] == "L2"
    assert root.get("tests") == str(2 * len(LESSON.exercises)) and root[1].get("failures") == "0"


@given(any_text, any_text, any_text)
def test_any_text_makes_sound_xml_and_json(student, headline, line):
    bad = Mark("q_sample", 0, 3, "fail", line, headline, (line, line))
    grade = graded(student, notes=[line])
    grade = type(grade)(**{**vars(grade), "marks": (bad, *grade.marks[1:])})
    root = ET.fromstring(junit_xml([grade]))
    assert {e.tag for e in root.iter()} == {
        *("testsuites", "testsuite", "properties", "property", "testcase", "failure", "system-out")
    }
    told = json.loads(json.dumps(gradescope(grade)).encode())
    assert told["tests"][0]["output"].encode() and "\0" not in told["output"]


def test_gradescope_reads_points_and_sentences():
    told = gradescope(graded("anna", WRONG, ["Cell 3 is not Python."]))
    most = sum(e.points for e in LESSON.exercises)
    assert (told["score"], told["max_score"]) == (most - 4, most) == (sum(t["score"] for t in told["tests"]), most)
    assert told["output"].splitlines() == [
        f"9 of 11 exercises pass: {most - 4} of {most} points.",
        "Cell 3 is not Python.",
    ]
    assert next(t for t in told["tests"] if t["name"] == "q_sample") == {
        **{"name": "q_sample", "score": 0, "max_score": 3, "status": "failed", "output_format": "text"},
        "output": "q_sample: not right yet\nYour noise is off.\na < b & c",
    }
    assert told["tests"][0]["status"] == "passed"
    assert gradescope(not_graded("ben", "binary"))["score"] == 0


def test_endless_text_is_cut():
    long = mark(LESSON.exercises[0], "fail", None, ["x" * 20_000] * 900)
    grade = type(graded("a"))(**{**vars(graded("a")), "marks": (long,)})
    assert len(junit_xml([grade])) < 100_000 and len(json.dumps(gradescope(grade))) < 100_000
    assert "… (cut)" in gradescope(grade)["tests"][0]["output"]
