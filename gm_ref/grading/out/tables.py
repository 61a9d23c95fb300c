"""Grades for other programs: a table for spreadsheets, JUnit XML for CI, results for Gradescope.

Text from a submission is data in all of them: no formula, no markup, no control characters.
"""

import csv
import io
from collections import Counter
from typing import Any
from xml.etree import ElementTree as ET

from gm_ref.grading.judging.record import Grade, Mark
from gm_ref.grading.who.naming import bounded, one_line

COLUMNS = ("student", "lesson", "exercise", "points", "out_of", "status", "mistake", "seconds", "level")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
JUNIT = {"fail": "failure", "error": "error", "missing": "skipped"}


def grades_csv(grades: list[Grade]) -> bytes:
    """Return a row for each student and exercise, lines ended by a line feed, in UTF-8.

    A spreadsheet runs a cell that begins with = + - or @: such a text gets an apostrophe in front.  The bytes begin
    with a byte order mark only where a name is not ASCII.  Without the mark Excel misreads such names; pandas skips
    it; and a class of plain names is read by every program that knows nothing of the mark.
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row(grade, mark) for grade in grades for mark in grade.marks)
    text = table.getvalue()
    return text.encode("utf-8" if text.isascii() else "utf-8-sig")


def row(grade: Grade, mark: Mark) -> list[str | int]:
    """Return one exercise of one student."""
    name, lesson, exercise = cell(grade.student), cell(grade.lesson), cell(mark.exercise)
    told = [mark.status, cell(mark.mistake or ""), f"{mark.seconds:.3f}", cell(grade.level)]
    return [name, lesson, exercise, mark.points, mark.out_of, *told]


def cell(text: str) -> str:
    """Return a text that a spreadsheet takes for a text: one line, with an apostrophe before what begins a formula."""
    plain = one_line(text)
    return f"'{plain}" if text.startswith(FORMULA) or plain.startswith(FORMULA) else plain


def junit_xml(grades: list[Grade]) -> bytes:
    """Return JUnit XML: a suite for each student, a case for each exercise; what is missing counts as skipped."""
    root = ET.Element("testsuites", counts("gm-ref grade", [m for g in grades for m in g.marks]))
    for grade in grades:
        root.append(suite(grade))
    ET.indent(root, " ")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def suite(grade: Grade) -> ET.Element:
    """Return one student's suite, with level, seed and points as properties and the notes as its output."""
    element = ET.Element("testsuite", counts(one_line(grade.student), list(grade.marks)))
    properties = ET.SubElement(element, "properties")
    values = {"lesson": grade.lesson, "level": grade.level, "seed": grade.seed, "file": grade.file}
    points = {"points": str(grade.points), "out_of": str(grade.out_of)}
    for name, value in {**values, **points}.items():
        ET.SubElement(properties, "property", name=name, value=one_line(value))
    for mark in grade.marks:
        element.append(case(grade, mark))
    if grade.notes:
        ET.SubElement(element, "system-out").text = "\n".join(bounded(grade.notes))
    return element


def case(grade: Grade, mark: Mark) -> ET.Element:
    """Return one exercise's case."""
    name, home, seconds = one_line(mark.exercise), one_line(grade.lesson), f"{mark.seconds:.3f}"
    element = ET.Element("testcase", name=name, classname=home, time=seconds)
    if mark.status != "pass":
        outcome = ET.SubElement(element, JUNIT[mark.status], message=one_line(mark.headline))
        outcome.text = said(mark)
    return element


def counts(name: str, marks: list[Mark]) -> dict[str, str]:
    """Return a suite's attributes: its name and JUnit's sums over marks."""
    had = Counter(mark.status for mark in marks)
    sums = {"tests": len(marks), "failures": had["fail"], "errors": had["error"], "skipped": had["missing"]}
    seconds = f"{sum(mark.seconds for mark in marks):.3f}"
    return {"name": name, **{key: str(n) for key, n in sums.items()}, "time": seconds}


def said(mark: Mark) -> str:
    """Return what a learner reads about an exercise, as one text."""
    return "\n".join(bounded([mark.headline, *mark.lines]))


def gradescope(grade: Grade) -> dict[str, Any]:
    """Return one student's results.json as Gradescope reads it; everything in it is shown as plain text."""
    passed = sum(mark.status == "pass" for mark in grade.marks)
    total = f"{passed} of {len(grade.marks)} exercises pass: {grade.points} of {grade.out_of} points."
    return {
        "score": grade.points,
        "max_score": grade.out_of,
        "output": "\n".join(bounded([total, *grade.notes])),
        "output_format": "text",
        "tests": [gradescope_test(mark) for mark in grade.marks],
    }


def gradescope_test(mark: Mark) -> dict[str, Any]:
    """Return one exercise's entry."""
    return {
        "name": one_line(mark.exercise),
        "score": mark.points,
        "max_score": mark.out_of,
        "status": "passed" if mark.status == "pass" else "failed",
        "output": said(mark),
        "output_format": "text",
    }
