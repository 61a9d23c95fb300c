"""Print what grading costs: seconds and memory over a class, and side by side with nbgrader and otter-grader.

`make bench-grading`, or `python -m tests.benchmarks.grading --submissions 1000 --skip-others`.  Every grade is compared
with the one deserved: a grader that is quick and wrong is named, and the exit code is 1.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gm_ref.grading.judging.judge import Judge
from gm_ref.grading.judging.record import Terms
from gm_ref.grading.sandbox.levels import best_level
from tests.benchmarks import others
from tests.benchmarks.classroom import KINDS, LESSON, NAMES, SETUP, as_ours, class_of, deserved, kind_of

SIDE_BY_SIDE = 20
TARGET = 20  # times faster than either


def resident(pid):
    """Return the resident memory of a process in MiB, 0 where the system does not say."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)


def largest(pid):
    """Return the resident memory of the largest of a process and its descendants: bubblewrap stands before a zygote."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    below = children.read_text().split() if children.exists() else []
    return max([resident(pid), *map(largest, below)])


def memory_of(judge):
    """Return the resident memory in MiB of the process that judges, this one, and of its zygote."""
    return {"judge": resident(os.getpid()), "zygote": largest(judge.zygote.process.pid)}


@contextmanager
def one_core():
    """Keep this process, and those it starts, on one core; on a system that cannot, as many as they like."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def right_in(marks):
    """Return how many marks are full."""
    return sum(mark["points"] == mark["out_of"] for mark in marks)


def wrongly_graded(right, expected):
    """Return a sentence for each student whose count of right exercises is not the one deserved."""
    return [f"{s}: {right.get(s)} right, deserved {n}" for s, n in expected.items() if right.get(s) != n]


def one_judge(count):
    """Return what one judge on one core takes: start-up, seconds by kind of student, memory by submissions done."""
    notebooks = [as_ours(sources) for sources in class_of(len(KINDS), NAMES).values()]
    times, right = {}, {}
    began = time.perf_counter()
    with one_core(), Judge(Terms(LESSON.id, 1, best_level())) as judge:
        judge.grade("first", "first.ipynb", notebooks[0])
        started, memory = time.perf_counter(), {0: memory_of(judge)}
        for i in range(count):
            grade = judge.grade(f"student{i:04d}", "a.ipynb", notebooks[i % len(notebooks)]).as_json()
            times.setdefault(kind_of(i), []).append(grade["seconds"])
            right[grade["student"]] = right_in(grade["marks"])
            if i + 1 in (100, count):
                memory[i + 1] = memory_of(judge)
        each = (time.perf_counter() - started) / count
    kinds = {kind: sum(seconds) / len(seconds) for kind, seconds in times.items()}
    wrong = wrongly_graded(right, deserved(count, NAMES))
    return {"start": started - began, "each": each, "kinds": kinds, "memory_MiB": memory, "wrong": wrong}


def whole_run(submissions, folder):
    """Return the wall seconds of `gm-ref grade` on these submissions, and student -> marks by exercise."""
    folder.mkdir()
    for student, sources in submissions.items():
        (folder / f"{student}.ipynb").write_bytes(as_ours(sources))
    out = folder.parent / f"{folder.name}_out"
    command = [sys.executable, "-m", "gm_ref.cli", "grade", folder, "--lesson", LESSON.id, "--out", out]
    began = time.perf_counter()
    subprocess.run([str(c) for c in command] + ["--workers", "2"], check=True, capture_output=True)
    seconds = time.perf_counter() - began
    grades = [json.loads(path.read_text())["grade"] for path in (out / "records").glob("*.json")]
    return seconds, {g["student"]: {m["exercise"]: m for m in g["marks"]} for g in grades}


def whole_class(count, names, folder):
    """Return what `gm-ref grade --workers 2` takes for a class that hands in these exercises."""
    seconds, marks = whole_run(class_of(count, names), folder)
    right = {student: right_in(m[name] for name in names) for student, m in marks.items()}
    return {"seconds": seconds, "each": seconds / count, "wrong": wrongly_graded(right, deserved(count, names))}


def after_start(count):
    """Return our seconds for each of the same submissions of two exercises, in one judge that runs already."""
    notebooks = [as_ours(sources) for sources in class_of(count, list(others.TESTS)).values()]
    with Judge(Terms(LESSON.id, 1, best_level())) as judge:
        judge.grade("first", "first.ipynb", notebooks[0])
        began = time.perf_counter()
        for i, notebook in enumerate(notebooks):
            judge.grade(f"s{i}", f"s{i}.ipynb", notebook)
        return (time.perf_counter() - began) / count


def side_by_side(count, folder):
    """Return grader -> what it takes on the same submissions of two exercises; a sentence where it is not to be had."""
    names = list(others.TESTS)
    rows = {"gm-ref": whole_class(count, names, folder / "ours")}
    for grader, measure in (("nbgrader", others.time_nbgrader), ("otter", others.time_otter)):
        try:
            (folder / grader).mkdir()
            seconds, right = measure(SETUP, class_of(count, names), folder / grader)
            wrong = wrongly_graded(right, deserved(count, names))
            rows[grader] = {"seconds": seconds, "each": seconds / count, "wrong": wrong}
        except others.Unavailable as sentence:
            rows[grader] = {"unavailable": str(sentence)}
    rows["gm-ref"]["rate"] = rate = after_start(count)
    for row in rows.values():
        if "seconds" in row:
            row["times_ours"] = row["seconds"] / rows["gm-ref"]["seconds"]
            row["times_rate"] = row["each"] / rate
    return rows


def measured(count, skip_others):
    """Return all figures as plain values."""
    found = {"lesson": LESSON.id, "level": best_level(), "submissions": count, "load": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as folder:
        found["one_judge"] = one_judge(count)
        found["two_workers"] = whole_class(count, NAMES, Path(folder) / "class")
        found["side_by_side"] = {} if skip_others else side_by_side(SIDE_BY_SIDE, Path(folder))
    return found


def verdict(row):
    """Return in a word or two whether the grades of a row are those deserved."""
    return f"{len(row['wrong'])} students wrong" if row["wrong"] else "as deserved"


def show_class(found):
    """Print the figures of our grader."""
    alone, both, count = found["one_judge"], found["two_workers"], found["submissions"]
    print(f"{found['lesson']}, {len(NAMES)} exercises, level {found['level']}, {count} submissions;", end=" ")
    print(f"load of this machine at the start: {found['load']:.1f}")
    print(f"one judge, one core: {alone['start']:.1f} s to start, then {alone['each']:.3f} s each, {verdict(alone)}")
    print("  " + ", ".join(f"{kind} {seconds:.2f}" for kind, seconds in alone["kinds"].items()))
    for done, used in alone["memory_MiB"].items():
        print(f"  after {done}: judge {used['judge']} MiB, zygote {used['zygote']} MiB resident")
    print(f"gm-ref grade, two workers: {both['seconds']:.1f} s, start-up and pages included:", end=" ")
    print(f"{1000 * both['each']:.0f} s for 1,000, {verdict(both)}")


def show_others(rows):
    """Print the comparison, if there is one; a grader that could not be installed has its sentence."""
    if not rows:
        return
    title = f"{SIDE_BY_SIDE} notebooks, two exercises, whole commands with their start-up"
    table = Table("grader", "seconds", "each", "times ours", "grades", title=title)
    for grader, row in rows.items():
        cells = [f"{row[key]:.{n}f}" for key, n in (("seconds", 1), ("each", 2), ("times_ours", 1)) if key in row]
        table.add_row(grader, *(cells or ["-"] * 3), row.get("unavailable") or verdict(row))
    Console().print(table)
    print(f"gm-ref after start-up, the same notebooks: {rows['gm-ref']['rate']:.3f} s each.")
    for grader, row in list(rows.items())[1:]:
        if "seconds" in row:
            print(ratio(grader, row))


def ratio(grader, row):
    """Return the sentence that holds a comparison against the target: whole commands, then our rate after start-up."""
    met = "meets" if row["times_ours"] >= TARGET else "misses"
    whole = f"{grader} takes {row['times_ours']:.1f} times as long, which {met} the target of {TARGET}"
    return f"{whole}; {row['times_rate']:.0f} times if our start-up is left out and its own is not."


def main():
    """Measure, print, and return 1 where a grade is not the one deserved."""
    parser = argparse.ArgumentParser(description="What grading costs.")
    parser.add_argument("--submissions", type=int, default=100, help="fewer than 25 take one worker")
    parser.add_argument("--skip-others", action="store_true", help="leave nbgrader and otter-grader out")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    found = measured(options.submissions, options.skip_others)
    if options.json:
        print(json.dumps(found, indent=1))
    else:
        show_class(found)
        show_others(found["side_by_side"])
    rows = [found["one_judge"], found["two_workers"], *found["side_by_side"].values()]
    wrong = [sentence for row in rows for sentence in row.get("wrong", [])]
    print(*wrong[:10], sep="\n", end="\n" if wrong else "", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
