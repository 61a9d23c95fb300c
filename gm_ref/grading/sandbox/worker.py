"""The worker: loads one submission's definitions, then calls its exercises on what the judge sends.

It holds no expected value and no answer; whatever the submission does to this process, the judge sees numbers only.
The judge sends {"load": ...} once, then {"call": ...} frames; each is answered by one frame with the same "re".
"""

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import Tensor

from gm_ref.checks.core.guard import Guarded, slope, untouched_globals
from gm_ref.checks.core.keeping import same
from gm_ref.checks.core.story import argument_names
from gm_ref.checks.core.verdict import Problem
from gm_ref.desk import BadInput
from gm_ref.desk.check import unread
from gm_ref.desk.runner import Desk, advice, undefined
from gm_ref.desk.submission import Submission, understand
from gm_ref.grading.talk.codec import identities, rebuild, states
from gm_ref.grading.talk.wire import WireError, read_frame, write_frame

NAMES, NOTES = 12, 20
LINE = 500


def serve(descriptor: int) -> None:
    """Serve the judge on the other end of this socket until it closes."""
    reader = os.fdopen(descriptor, "rb", closefd=False)
    writer = os.fdopen(descriptor, "wb", closefd=False)
    job = read_frame(reader)
    desk = Desk()
    write_frame(writer, {"re": job["re"], **load(desk, job, lambda n: write_frame(writer, {"cell": n}))})
    while True:
        reply(writer, desk, read_frame(reader))


def warm_up(notebook: Path) -> None:
    """Run the set-up cell of the course's own notebook, so that all it imports is there before workers are forked."""
    submission = understand(notebook, notebook.read_bytes(), notebook.parents[1])
    desk = Desk()
    with untouched_globals():
        for cell in submission.cells:
            if "setup" in cell.tags:
                desk.load(cell, whole=True)
    if "Optimizer" in desk.names:
        import_module("torch._dynamo")  # the first optimiser would, and that takes a second
    for dtype in (torch.float64, torch.float32):  # what torch sets up at the first use of an operation, forks inherit
        x = torch.linspace(0.1, 1, 12, dtype=dtype).reshape(3, 4).requires_grad_()
        y = (x[torch.tensor([2, 0, 1])].exp().log() * x + x.clone().sqrt()).to(dtype) @ x.T
        torch.autograd.grad(y.square().sum(dim=1).mean() + torch.randn(3, dtype=dtype).sum(), x)


def load(desk: Desk, job: dict[str, Any], tell: Callable[[int], None]) -> dict[str, Any]:
    """Load the notebook's definitions and say what there is: functions with argument names, and what is absent."""
    try:
        submission = understand(Path(job["file"]), job["notebook"].numpy().tobytes())
    except BadInput as error:
        return {"refused": str(error)[:LINE]}
    if submission.lesson.id != job["lesson"]:
        return {"refused": f"{job['file']} is a notebook of lesson {submission.lesson.id}, not of {job['lesson']}."}
    load_cells(desk, submission, job["held"], tell)
    for name, reason in {**submission.broken, **job["lost"]}.items():
        desk.stand_in(name, reason)
    names = [exercise.name for exercise in submission.lesson.exercises]
    gone = {name: told for name in names if (told := absent(desk, submission, name))}
    there = {name: argument_names(desk.names[name], NAMES) for name in names if name not in gone}
    return {"functions": there, "absent": gone, "notes": [note[:LINE] for note in submission.notes[:NOTES]]}


def load_cells(desk: Desk, submission: Submission, held: dict[str, int], tell: Callable[[int], None]) -> None:
    """Load cell by cell; held says of cells that gave trouble before: 1 definitions only, 2 not at all."""
    for cell in submission.cells:
        trouble = held.get(str(cell.number), 0)
        if trouble < 2:
            tell(cell.number)
            desk.load(cell, whole=cell.number in submission.whole and not trouble)


def absent(desk: Desk, submission: Submission, name: str) -> list[str] | None:
    """Return status, headline and sentence of an exercise that there is no function for; None where there is one."""
    if name in submission.broken:
        outcome = unread(submission, name)
        return [outcome.status, outcome.headline, *outcome.lines]
    if name not in desk.names:
        return ["error", f"{name}: not defined", undefined(desk, name)]
    if not callable(desk.names[name]):
        kind = type(desk.names[name]).__name__
        return ["missing", f"{name}: not written yet", f"{name} is a {kind}, not a function."]
    return None


def reply(writer: BinaryIO, desk: Desk, message: dict[str, Any]) -> None:
    """Answer one call; a result that cannot be sent is told as a problem."""
    number = message["re"]
    try:
        write_frame(writer, {"re": number, **answer(desk, message)})
    except WireError as error:
        write_frame(writer, {"re": number, "problem": ["property", f"Its result cannot be used: {error}"]})


def answer(desk: Desk, message: dict[str, Any]) -> dict[str, Any]:
    """Return the value of one call with what it changed, or its problem."""
    name, args = message["call"], rebuild(message["args"])
    modules = identities(args)
    before = [(a.detach().clone(), a.requires_grad) if isinstance(a, Tensor) else None for a in args]
    try:
        value = value_of(Guarded(desk.names[name], name), args, message["wrt"])
    except Problem as problem:
        more = advice(desk, problem.lines[0]) if problem.status == "raised" else []
        return {"problem": [problem.status, *(line[:LINE] for line in (*problem.lines, *more))], "kind": problem.kind}
    except BaseException as error:
        return {"problem": ["raised", f"{type(error).__name__}: {str(error)[:LINE]}"]}
    pairs = enumerate(zip(args, before, strict=True))
    changed = [[i, a, a.requires_grad] for i, (a, old) in pairs if old and not kept(a, *old)]
    return {"value": value, "changed": changed, "states": states(args, modules)}


def value_of(function: Guarded, args: list, wrt: int | None) -> Any:
    """Return function(*args), or its gradient with respect to one argument."""
    if wrt is None:
        return function.attempt(function.function, *args)
    return function.attempt(lambda *given: slope(function.function, *given, wrt=wrt), *args)


def kept(a: Tensor, old: Tensor, required_grad: bool) -> bool:
    """Say whether an argument is as it was."""
    return same(a.detach(), old) and a.requires_grad == required_grad
