"""What runs in a Dask worker: grade one submission with a judge that the worker process keeps.

What a submission does happens in the judge's children.  cluster.py hands the work out.
"""

import os
import threading
from dataclasses import replace
from pkgutil import resolve_name
from typing import Any

from gm_ref.desk import BadInput
from gm_ref.grading.judging.record import Grade, Terms
from gm_ref.grading.run.pools import Task


class Held:
    """The judge that a Dask worker process keeps, what it was made for, and who may use it: one thread at a time."""

    lock = threading.Lock()
    judge: Any = None
    purpose: Any = None


def grade_there(name: str, terms: Terms, version: str, task: Task) -> Grade:
    """Grade one submission: what runs in a Dask worker.  BadInput where this worker is not fit for it."""
    with Held.lock:
        if Held.purpose != (name, terms, version):
            drop()
            verify_here(terms, version)
            Held.judge, Held.purpose = resolve_name(name)(terms).__enter__(), (name, terms, version)
        try:
            return replace(Held.judge.grade(*task), version=version)
        except BaseException:
            drop()
            raise


def verify_here(terms: Terms, version: str) -> None:
    """Raise BadInput if this machine has another gm_ref than the run, or cannot do the run's level."""
    from gm_ref.grading.run.version import version_of

    if version_of(terms.lesson) != version:
        raise BadInput(f"A worker (process {os.getpid()}) has another version of gm_ref: install the same one there.")
    if reason := why_not_there(terms.level):
        raise BadInput(f"A worker (process {os.getpid()}) cannot grade at {terms.level}: {reason}.")


def why_not_there(level: str) -> str:
    """Return why this machine cannot grade at a level, '' where it can."""
    from gm_ref.grading.sandbox import levels

    return levels.why_not(level)


def drop() -> None:
    """End the judge that is held, if there is one; the caller has the lock."""
    judge, Held.judge, Held.purpose = Held.judge, None, None
    if judge is not None:
        judge.__exit__(None, None, None)


def let_go() -> None:
    """End the judge that is held, unless it is at work: then its next purpose, or its process, ends it."""
    if Held.lock.acquire(blocking=False):
        try:
            drop()
        finally:
            Held.lock.release()
