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

from gm_ref.checks.core.guard import Guarded, has_stray_gradient, slope, untouched_globals, wants_grad
from gm_ref.checks.core.keeping import Kept, same
from gm_ref.checks.core.keeping import kept as keep_one
from gm_ref.checks.core.story import argument_names
from gm_ref.checks.core.verdict import Problem
from gm_ref.desk import BadInput
from gm_ref.desk.check import unread
from gm_ref.desk.runner import Desk, advice, undefined
from gm_ref.desk.saved_notebook import SavedNotebook, understand
from gm_ref.grading.talk.codec import identities, memories, rebuild, states
from gm_ref.grading.talk.networks import Networks
from gm_ref.grading.talk.wire import WireError, read_frame, write_frame

NAMES, NOTES = 12, 20
LINE = 500


class WorkerDesk(Desk):
    """A desk with a place for the networks that its exercises return."""

    def __init__(self) -> None:
        super().__init__()
        self.networks = Networks()


def serve(descriptor: int) -> None:
    """Serve the judge on the other end of this socket until it closes."""
    reader = os.fdopen(descriptor, "rb", closefd=False)
    writer = os.fdopen(descriptor, "wb", closefd=False)
    job = read_frame(reader)
    desk = WorkerDesk()
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
    if any(isinstance(x, type) and issubclass(x, torch.optim.Optimizer) for x in desk.names.values()):
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


def load_cells(desk: Desk, submission: SavedNotebook, held: dict[str, int], tell: Callable[[int], None]) -> None:
    """Load cell by cell; held says of cells that gave trouble before: 1 definitions only, 2 not at all."""
    for cell in submission.cells:
        trouble = held.get(str(cell.number), 0)
        if trouble < 2:
            tell(cell.number)
            desk.load(cell, whole=cell.number in submission.whole and not trouble)


def absent(desk: Desk, submission: SavedNotebook, name: str) -> list[str] | None:
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


def reply(writer: BinaryIO, desk: WorkerDesk, message: dict[str, Any]) -> None:
    """Answer one call; a result that cannot be sent is told as a problem."""
    number = message["re"]
    try:
        write_frame(writer, {"re": number, **answer(desk, message)})
    except WireError as error:
        write_frame(writer, {"re": number, "problem": ["property", f"Its result cannot be used: {error}"]})


def answer(desk: WorkerDesk, message: dict[str, Any]) -> dict[str, Any]:
    """Return what one call or one question to a network gave, or its problem."""
    try:
        if "network" in message:
            return {"value": desk.networks.ask(message["network"], message["question"])}
        return called(desk, message)
    except Problem as problem:
        more = advice(desk, problem.lines[0]) if problem.status == "raised" else []
        return {"problem": [problem.status, *(line[:LINE] for line in (*problem.lines, *more))], "kind": problem.kind}
    except BaseException as error:
        return {"problem": ["raised", f"{type(error).__name__}: {str(error)[:LINE]}"]}


def called(desk: WorkerDesk, message: dict[str, Any]) -> dict[str, Any]:
    """Return the value of one call with what it changed."""
    name, args = message["call"], rebuild(message["args"])
    modules = identities(args)
    before = [(a.detach().clone(), a.requires_grad) if isinstance(a, Tensor) else None for a in args]
    value = value_of(Guarded(desk.names[name], name), args, message["wrt"])
    if message["keep"]:
        value = desk.networks.keep(value)
    pairs = enumerate(zip(args, before, strict=True))
    changed = [[i, a, a.requires_grad] for i, (a, old) in pairs if old and not kept(a, *old)]
    return {"value": value, "changed": changed, "states": states(args, modules), "memories": memories(args)}


def value_of(function: Guarded, args: list, wrt: Any) -> Any:
    """Return function(*args), or its gradient with respect to one argument.

    The judge sees what became of tensors and networks.  Lists do not travel back, nor does anything after an error:
    a change of these is told here.
    """
    call = function.function if wrt is None else lambda *given: slope(function.function, *given, wrt=wrt)
    lists = [keep_one(a) if isinstance(a, (list, tuple, dict)) else Kept(a) for a in args]
    before = [keep_one(a) if isinstance(a, Tensor) else old for a, old in zip(args, lists, strict=True)]
    try:
        value = function.attempt(call, *args)
    except Problem as problem:
        raise function.blamed(before, problem) or problem from None
    if changed := function.blamed(lists, None):
        raise changed
    return value if any(wants_grad(a) for a in args) else without_copies(value, args)


def without_copies(value: Any, args: list) -> Any:
    """Return a result detached where it requires grad by copies of the arguments only, which no check minds."""
    if type(value) in (tuple, list):
        return type(value)(without_copies(part, args) for part in value)
    ours = isinstance(value, Tensor) and value.requires_grad and not has_stray_gradient(value, tuple(args))
    return value.detach() if ours else value


def kept(a: Tensor, old: Tensor, required_grad: bool) -> bool:
    """Say whether an argument is as it was."""
    return same(a.detach(), old) and a.requires_grad == required_grad
