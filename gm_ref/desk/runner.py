"""The child process: load a submission's cells, run its checks, report each step on a connection of its own.

Started by gm_ref/desk/check.py as `python -P -m gm_ref.desk.runner FD` with a job as JSON on standard input.
It sends {"begin": step} before each step and {"end": step, ...} after it; a step is "start", a cell's number or an
exercise's name.  Nothing is claimed against hostile code: it holds off accidents, not attacks.
"""

import __future__

import ast
import json
import linecache
import os
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

from gm_ref.desk.cells import Cell, bound, is_definition, is_for_ipython, parse

FUTURE = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})
STATUS = {"pass": "pass", "missing": "missing", "raised": "error"}  # all other verdicts are failures


class Desk:
    """A namespace like a notebook's, filled cell by cell; it remembers what went wrong and what was left out."""

    def __init__(self) -> None:
        self.module = ModuleType("__main__")
        self.names = self.module.__dict__
        self.names["display"] = lambda *args, **kwargs: None
        self.trouble: dict[str, str] = {}
        self.left_out: dict[str, int] = {}
        self.flags = 0

    def load(self, cell: Cell, whole: bool) -> None:
        """Run a cell: all of it but checks and IPython's lines, or only what defines something."""
        filename = f"<cell {cell.number}>"
        linecache.cache[filename] = (len(cell.source), None, cell.source.splitlines(keepends=True), filename)
        for statement in parse(cell):
            if is_for_ipython(statement) or not (whole or is_definition(statement)):
                self.left_out.update(dict.fromkeys(bound([statement]), cell.number))
            else:
                self.run(statement, filename, cell.number)

    def run(self, statement: ast.stmt, filename: str, number: int) -> None:
        """Run one statement; an error is remembered for the names it would have defined."""
        try:
            code = compile(ast.Module([statement], []), filename, "exec", self.flags, dont_inherit=True)
            self.flags |= code.co_flags & FUTURE
            exec(code, self.names)
        except BaseException as error:
            story = f"Cell {number} stopped at line {statement.lineno} with {type(error).__name__}: {str(error)[:200]}"
            self.trouble.update(dict.fromkeys(bound([statement]), story))

    def stand_in(self, name: str, reason: str) -> None:
        """Define a name that cannot be had as a function that says so, for the exercises that use it."""

        def lost(*args: Any, **kwargs: Any) -> None:
            raise RuntimeError(reason)

        self.names[name] = lost


def examine(desk: Desk, stem: str, exercise: str, seed: int) -> dict[str, Any]:
    """Return the outcome of one check on what the notebook defines."""
    from gm_ref.checks.core.check import SPECS, run

    if exercise not in desk.names:
        return {"status": "error", "headline": f"{exercise}: not defined", "lines": [undefined(desk, exercise)]}
    verdict = run(SPECS[stem, exercise], desk.names[exercise], seed)
    lines = list(verdict.lines)
    if verdict.status == "missing" and callable(desk.names[exercise]):
        lines = ["Write it in its cell, save the notebook, then check again."]
    if verdict.status == "raised":
        lines += advice(desk, lines[0])
    status = STATUS.get(verdict.status, "fail")
    told = {"status": status, "headline": verdict.headline, "lines": lines, "mistake": verdict.mistake}
    return {**told, "reading": verdict.name if verdict.status == "reading" else None}


def undefined(desk: Desk, exercise: str) -> str:
    """Return why the notebook's cells have not defined an exercise."""
    return desk.trouble.get(exercise, f"No cell that was run defines {exercise}.")


def advice(desk: Desk, error: str) -> list[str]:
    """Return what to do about a name that is missing here though the notebook has it, or nothing."""
    if not error.startswith("NameError: name '"):
        return []
    name = error.split("'")[1]
    if name in desk.left_out:
        where = f"Cell {desk.left_out[name]} computes {name}, and only set-up and exercise cells are run here"
        return [f"{where}: pass it as an argument, or compute it inside the function."]
    return [desk.trouble[name]] if name in desk.trouble else []


def guarded(step: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return step(), or the outcome that says which error escaped from it."""
    try:
        return step()
    except BaseException as error:
        line = f"{type(error).__name__} escaped from the check: {str(error)[:200]}"
        return {"status": "error", "headline": "", "lines": [line]}


def work(job: dict[str, Any], send: Callable[[dict[str, Any]], None]) -> None:
    """Do a job: load its cells, then run its checks, with a message before and after each."""
    desk = Desk()
    sys.modules["__main__"] = desk.module
    for entry in job["cells"]:
        send({"begin": entry["number"]})
        desk.load(Cell(entry["number"], entry["source"]), entry["whole"])
        send({"end": entry["number"]})
    for name, reason in job["lost"].items():
        desk.stand_in(name, reason)
    for name in job["exercises"]:
        send({"begin": name})
        began = time.perf_counter()
        outcome = guarded(lambda name=name: examine(desk, job["stem"], name, job["seed"]))  # type: ignore[misc]
        send({"end": name, "outcome": {**outcome, "seconds": round(time.perf_counter() - began, 3)}})


def main(descriptor: int) -> None:
    """Import what checks need, cut off the terminal, and do the job that stands on standard input."""
    connection = Connection(descriptor, readable=False)
    os.set_inheritable(descriptor, False)
    Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    job = json.load(sys.stdin)
    connection.send_bytes(b'{"begin": "start"}')
    limit_memory()
    __import__(f"gm_ref.checks.{job['stem']}")
    silence()
    sys.path.insert(0, str(Path.cwd()))
    work(job, lambda message: connection.send_bytes(json.dumps(message).encode()))
    connection.send_bytes(b'{"end": "all"}')
    os._exit(0)  # a learner's threads and exit handlers must not keep us


def end_with(parent: int) -> None:
    """End this process group as soon as the parent is gone, however that came: nobody would stop a loop then."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.killpg(0, signal.SIGKILL)


def silence() -> None:
    """Let prints go nowhere, however many, and let input() find nothing."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)


def limit_memory() -> None:
    """Turn endless memory into a MemoryError, or at least have the system end this process before any other."""
    import resource

    half = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (max(half, 4 << 30), resource.getrlimit(resource.RLIMIT_DATA)[1]))
        Path("/proc/self/oom_score_adj").write_text("1000")
    except (OSError, ValueError):
        pass  # not every system has these


if __name__ == "__main__":
    main(int(sys.argv[1]))
