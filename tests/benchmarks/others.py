"""nbgrader and otter-grader on the same submissions, each in an environment of its own below ~/.cache/gm_ref-bench."""

import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path

CACHE = Path.home() / ".cache" / "gm_ref-bench"
WANTED = {"nbgrader": "nbgrader==0.9.6", "otter": "otter-grader==7.0.0"}
TESTS = {  # what a teacher would assert in one cell; numbers from the closed forms
    "beta_schedule": "beta = beta_schedule('linear', 500)\n"
    "assert beta.shape == (500,) and abs(float(beta[0]) - 2e-4) < 1e-6 and abs(float(beta[-1]) - 0.04) < 1e-5\n",
    "q_sample": "import torch\n"
    "x0, eps, t = torch.ones(2, 3), 2 * torch.ones(2, 3), torch.tensor([0, 1])\n"
    "x_t = q_sample(x0, t, eps, torch.tensor([0.36, 0.64]))\n"
    "assert torch.allclose(x_t, torch.tensor([[2.2], [2.0]]).expand(2, 3), atol=1e-5)\n",
}


class Unavailable(RuntimeError):
    """A grader could not be installed; the text says which."""


def environment(name):
    """Return the bin folder of a grader's environment, made if it is not there."""
    home = CACHE / name
    try:
        if not (home / "bin" / name).exists():
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
            pip = [str(home / "bin" / "pip"), "install", "--quiet", WANTED[name], "torch==2.13.0", "ipykernel"]
            subprocess.run(pip, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = (getattr(error, "stderr", None) or str(error).encode()).decode(errors="replace").strip()
        reason = said.splitlines()[-1] if said else "no reason given"
        raise Unavailable(f"{WANTED[name]} could not be installed in {home}: {reason}") from None
    return home / "bin"


def run(*command, cwd):
    """Run a command and return its wall seconds; its last words if it fails."""
    path = {**os.environ, "PATH": f"{command[0].parent}{os.pathsep}{os.environ['PATH']}"}
    began = time.perf_counter()
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=path, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr[-600:]}")
    return time.perf_counter() - began


def notebook(*cells):
    """Return a notebook of format 4.5 with these code cells, each (source, nbgrader's metadata or None)."""
    made = [
        {
            "cell_type": "code",
            "id": f"cell{i}",
            "metadata": {"nbgrader": meta} if meta else {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for i, (source, meta) in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


def cell(name, solution):
    """Return nbgrader's metadata of an exercise's cell or of its tests."""
    base = {"schema_version": 3, "task": False, "grade_id": name if solution else f"test_{name}"}
    return {**base, "solution": solution, "grade": not solution, "locked": not solution, "points": int(not solution)}


def as_nbgrader(setup, answers):
    """Return a submission as nbgrader wants it: exercises and test cells in turn."""
    pairs = [[(source, cell(name, True)), (TESTS[name], cell(name, False))] for name, source in answers.items()]
    return notebook((setup, None), *(c for pair in pairs for c in pair))


def time_nbgrader(setup, submissions, folder):
    """Return the wall seconds of `nbgrader autograde` on all submissions, and student -> points."""
    nbgrader = environment("nbgrader") / "nbgrader"
    source = folder / "source" / "ps"
    source.mkdir(parents=True)
    (source / "lesson.ipynb").write_text(as_nbgrader(setup, next(iter(submissions.values()))))
    run(nbgrader, "generate_assignment", "ps", "--create", cwd=folder)
    for student, answers in submissions.items():
        place = folder / "submitted" / student / "ps"
        place.mkdir(parents=True)
        (place / "lesson.ipynb").write_text(as_nbgrader(setup, answers))
    seconds = run(nbgrader, "autograde", "ps", "--create", cwd=folder)
    run(nbgrader, "export", "--to", "grades.csv", cwd=folder)
    with (folder / "grades.csv").open() as file:
        return seconds, {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def time_otter(setup, submissions, folder):
    """Return the wall seconds of `otter run` on each submission in turn, and student -> points."""
    otter = environment("otter") / "otter"
    (folder / "tests").mkdir(parents=True)
    for name, code in TESTS.items():
        lines = code.strip().splitlines()
        case = {"code": "\n".join(f">>> {line}" for line in lines), "hidden": False, "locked": False}
        suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        test = {"name": name, "points": 1, "suites": [suite]}
        (folder / "tests" / f"{name}.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n")
    run(otter, "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment", cwd=folder)
    total, points = 0.0, {}
    for student, answers in submissions.items():
        place = folder / student
        place.mkdir()
        (place / "lesson.ipynb").write_text(notebook((setup, None), *((s, None) for s in answers.values())))
        total += run(otter, "run", "-a", "../autograder.zip", "lesson.ipynb", cwd=place)
        tests = json.loads((place / "results.json").read_text())["tests"]
        points[student] = sum(test.get("score", 0.0) for test in tests)
    return total, points
