"""One mark: run a check on a function that lives in another process, and take what comes for what it is."""

import time
from typing import Any

from gm_ref.checks.core.check import SPECS, run
from gm_ref.desk.runner import STATUS
from gm_ref.grading.judging.record import Mark, Refused
from gm_ref.grading.judging.submission import Submission
from gm_ref.grading.talk.link import Lost
from gm_ref.syllabus import Exercise

ADVICE = {
    "did": "Look for a loop that never ends.",
    "ended": "Look for exit() or quit(), and for tensors that need more memory than there is.",
}


def mark(submission: Submission, exercise: Exercise) -> Mark:
    """Return the mark of one exercise; one that fails in a used worker is judged again in a fresh one."""
    try:
        mark = judged(submission, exercise)
        if mark.status in ("fail", "error") and exercise.name in submission.served[1:]:
            submission.lost.pop(exercise.name, None)
            submission.load()
            mark = judged(submission, exercise)
        return mark
    except Refused as refusal:
        return as_mark(exercise, "error", f"{exercise.name}: the notebook could not be loaded again", [str(refusal)])


def judged(submission: Submission, exercise: Exercise) -> Mark:
    """Return the mark of one exercise as the worker at hand serves it."""
    began, name = time.perf_counter(), exercise.name
    if submission.worker is None:
        submission.load()
    if name not in submission.functions:
        status, headline, *lines = submission.absent.get(name, ["error", f"{name}: not defined"])
        return as_mark(exercise, status if status == "missing" else "error", headline, lines)
    submission.served.append(name)
    submission.limit(submission.terms.timeout)
    try:
        verdict = run(SPECS[submission.lesson.stem, name], submission.functions[name], submission.terms.seed_for(name))
    except Lost as lost:
        story = submission.story(lost)
        submission.lost[name] = f"{name} {story}"
        return as_mark(exercise, "error", f"{name}: {story}", [ADVICE.get(story.split()[0], "")])
    except Exception as error:  # a check met a value that it did not expect; it cost this exercise only
        line = f"{type(error).__name__}: {str(error)[:200]}"
        return as_mark(exercise, "error", f"{name}: the check could not finish", [line])
    status = STATUS.get(verdict.status, "fail")
    said = ("Its cell still raises NotImplementedError.",) if status == "missing" else verdict.lines
    mark = as_mark(exercise, status, verdict.headline, said, verdict.mistake)
    return Mark(**{**vars(mark), "seconds": round(time.perf_counter() - began, 3)})


def as_mark(exercise: Exercise, status: str, headline: str, lines: Any, mistake: str | None = None) -> Mark:
    """Return the mark of one exercise: all points or none."""
    points = exercise.points if status == "pass" else 0
    shown = tuple(line for line in lines if line and not line.startswith("Every property"))
    return Mark(exercise.name, points, exercise.points, status, mistake, headline, shown)
