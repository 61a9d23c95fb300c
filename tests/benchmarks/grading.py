"""Print what grading costs: seconds and memory over a class, and side by side with nbgrader and otter-grader.

`make bench-grading`, or `python -m tests.benchmarks.grading --submissions 1000 --skip-others`.
"""

import argparse
import ast
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from gm_ref.course.excerpt import definition
from gm_ref.course.house import Rooms
from gm_ref.grading.judge import Judge
from gm_ref.grading.levels import best_level
from gm_ref.grading.record import Terms
from gm_ref.syllabus import find_lesson
from tests.benchmarks import others

LESSON = find_lesson("31_ddpm")
SETUP = "import math\nimport torch\nfrom torch import Tensor, nn\nfrom torch.nn import functional as F\n"
WRONG = {  # exercise -> how its answer is spoiled
    "q_sample": ("torch.sqrt(1 - share)", "(1 - share)"),
    "beta_schedule": ("1000 / T", "T / 1000"),
    "p_sample": ("t > 0", "t >= 0"),
}
KINDS = ("right", "right", "right", "q_sample", "beta_schedule", "p_sample", "unwritten", "right")


def answers(kind, names):
    """Return exercise -> source for one student: right, one mistake, or one exercise left unwritten."""
    found = {name: definition(Rooms(LESSON).answers, name) for name in names}
    if kind in WRONG and kind in found:
        spoiled = found[kind].replace(*WRONG[kind])
        assert spoiled != found[kind]
        found[kind] = spoiled
    if kind == "unwritten":
        head = ast.parse(found["q_sample"]).body[0]
        found["q_sample"] = f"def q_sample({ast.unparse(head.args)}):\n    raise NotImplementedError\n"
    return found


def as_ours(sources):
    """Return a submission of lesson 31 as bytes."""
    made = json.loads(others.notebook((SETUP, None), *((s, None) for s in sources.values())))
    made["cells"][0]["metadata"]["tags"] = ["setup"]
    made["metadata"]["gm_ref"] = {"lesson": LESSON.id}
    return json.dumps(made).encode()


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


def class_of(count, names):
    """Return student -> exercise -> source."""
    return {f"student{i:04d}": answers(KINDS[i % len(KINDS)], names) for i in range(count)}


def one_core(count):
    """Return start-up seconds, seconds for each submission of eleven exercises, and memory at three moments."""
    names = [e.name for e in LESSON.exercises]
    notebooks = [as_ours(a) for a in class_of(len(KINDS), names).values()]
    began = time.perf_counter()
    with Judge(Terms(LESSON.id, 1, best_level())) as judge:
        judge.grade("first", "first.ipynb", notebooks[0])
        started, memory = time.perf_counter(), {}
        for i in range(count):
            judge.grade(f"s{i}", f"s{i}.ipynb", notebooks[i % len(notebooks)])
            if i + 1 in (1, min(100, count), count):
                memory[i + 1] = resident(os.getpid()), largest(judge.zygote.process.pid)
        each = (time.perf_counter() - started) / count
    return started - began, each, memory


def whole_run(submissions, folder, workers):
    """Return the wall seconds of `gm-ref grade` on these submissions, and student -> exercise -> points."""
    folder.mkdir()
    for student, sources in submissions.items():
        (folder / f"{student}.ipynb").write_bytes(as_ours(sources))
    out = folder.parent / f"{folder.name}_out"
    command = [sys.executable, "-m", "gm_ref.cli", "grade", folder, "--lesson", LESSON.id, "--out", out]
    began = time.perf_counter()
    subprocess.run([str(c) for c in command] + ["--workers", str(workers)], check=True, capture_output=True)
    seconds = time.perf_counter() - began
    records = [json.loads(p.read_text()) for p in (out / "records").glob("*.json")]
    return seconds, {r["grade"]["student"]: {m["exercise"]: m["points"] for m in r["grade"]["marks"]} for r in records}


def side_by_side(count, folder):
    """Return grader -> (wall seconds, exercises right in all) on the same submissions of two exercises."""
    names = list(others.TESTS)
    submissions = class_of(count, names)
    seconds, points = whole_run(submissions, folder / "ours", workers=2)
    rows = {"gm-ref": (seconds, sum(p[name] > 0 for p in points.values() for name in names))}
    for name, measure in (("nbgrader", others.time_nbgrader), ("otter", others.time_otter)):
        try:
            (folder / name).mkdir()
            seconds, points = measure(SETUP, submissions, folder / name)
            rows[name] = seconds, round(sum(points.values()))
        except others.Unavailable as sentence:
            print(sentence)
    return rows


def show(rows, count):
    """Print the comparison."""
    table = Table(
        "grader", "seconds", "each", "times ours", "exercises right", title=f"{count} notebooks, two exercises"
    )
    for name, (seconds, right) in rows.items():
        table.add_row(
            name, f"{seconds:.1f}", f"{seconds / count:.2f}", f"{seconds / rows['gm-ref'][0]:.1f}", str(right)
        )
    Console().print(table)


def main():
    """Measure, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument("--skip-others", action="store_true")
    options = parser.parse_args()
    start, each, memory = one_core(options.submissions)
    print(f"{LESSON.id}, {len(LESSON.exercises)} exercises, level {best_level()}, {options.submissions} submissions")
    print(f"one judge: {start:.1f} s to start, then {each:.3f} s for each submission")
    for done, (judge, zygote) in memory.items():
        print(f"  after {done}: judge {judge} MiB, zygote {zygote} MiB resident")
    with tempfile.TemporaryDirectory() as folder:
        names = [e.name for e in LESSON.exercises]
        seconds, _ = whole_run(class_of(options.submissions, names), Path(folder) / "class", workers=2)
        per_thousand = 1000 * seconds / options.submissions
        print(f"two workers: {seconds:.1f} s for all, start-up and pages included: {per_thousand:.0f} s for 1,000")
        if not options.skip_others:
            show(side_by_side(20, Path(folder)), 20)


if __name__ == "__main__":
    main()
