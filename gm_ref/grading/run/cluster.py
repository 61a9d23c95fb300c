"""Grade on Dask distributed: the local pool's work, on a scheduler's worker processes, here or on other machines.

Each task grades one submission with a judge that its worker process keeps; what a submission does happens in the
judge's children, never in the Dask worker.  When a worker process dies, Dask hands its tasks to another; this process
takes one result for each task, so nothing is lost and nothing counts twice.  Off loopback only TLS is used, since
tasks carry the secret seed and whoever reaches a scheduler can run code on it.
"""

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from gm_ref.desk import BadInput
from gm_ref.grading.judging.record import Grade, Terms
from gm_ref.grading.run.dask_task import grade_there, let_go, why_not_there
from gm_ref.grading.run.pools import JUDGE, Task, deaf_children, given_up, scratch

INSTALL = ".venv/bin/python -m pip install -c constraints.txt -e '.[cluster]'"
AHEAD = 2  # submissions handed out for each worker: one at work, one waiting
FIRST_WORKER = 30  # seconds to wait for a scheduler, and for its first worker
CERTIFICATES = "Dask finds none in its own configuration: name them under distributed.comm.tls, or in DASK_ variables"


class DaskPool:
    """A Dask cluster: 'local' for one of our own on this machine, else the address of a scheduler."""

    def __init__(self, scheduler: str, workers: int, judge: str = JUDGE):
        self.scheduler, self.workers, self.judge = scheduler, workers, judge
        self.leaving = ExitStack()
        self.client: Any = None

    def __enter__(self) -> "DaskPool":
        distributed = library()
        address = None if self.scheduler == "local" else safe_address(self.scheduler)
        with self.leaving, deaf_children():  # left at once if anything fails
            self.client = self.connect(distributed, address) if address else self.start(distributed)
            self.leaving.callback(self.close_judges)
            self.leaving = self.leaving.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self.leaving.close()

    def start(self, distributed: Any) -> Any:
        """Start a cluster of our own, on loopback, and return its client."""
        folder = self.leaving.enter_context(scratch())
        cluster = self.leaving.enter_context(
            distributed.LocalCluster(
                n_workers=self.workers,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # what answers health checks; any free port, so that none is missed
                scheduler_kwargs={"dashboard": False, "local_directory": folder},
                worker_dashboard_address=None,
                local_directory=folder,
                env={"TMPDIR": folder, "DASK_LOGGING__DISTRIBUTED": "critical"},  # what fails is in the grades
                silence_logs=logging.CRITICAL,
            )
        )
        return self.leaving.enter_context(distributed.Client(cluster, set_as_default=False))

    def connect(self, distributed: Any, address: str) -> Any:
        """Return a client of somebody's scheduler; BadInput if it does not answer or is open to others."""
        try:
            client = distributed.Client(address, timeout=FIRST_WORKER, set_as_default=False)
            self.leaving.enter_context(client)
            client.wait_for_workers(1, timeout=FIRST_WORKER)
        except (OSError, TimeoutError) as error:
            raise BadInput(f"The scheduler {address} cannot be used: {error}.") from None
        open_ones = [] if is_tls(address) else [a for a in workers_of(client) if not is_loopback(a)]
        if open_ones:
            raise BadInput(
                f"The worker {open_ones[0]} is reached without TLS: start it with --host 127.0.0.1, or use TLS."
            )
        return client

    def why_not(self, level: str) -> str:
        """Return why a worker of this cluster cannot grade at this level, '' if all can."""
        try:
            reasons = self.client.run(why_not_there, level)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise BadInput(f"The cluster's workers cannot grade ({reason}): install this gm_ref there.") from None
        return next((f"{reason} (on the worker {a})" for a, reason in sorted(reasons.items()) if reason), "")

    def grades(self, terms: Terms, version: str, tasks: Iterable[Task]) -> Iterator[Grade]:
        """Yield the grade of each task as they are done; take tasks only as they are needed.

        BadInput if the scheduler is lost, or a worker has other files than version is the fingerprint of.
        """
        done, rest = library().as_completed([], loop=self.client.loop), iter(tasks)
        at_work: dict[str, Task] = {}
        suspects: list[Task] = []
        self.leaving.callback(self.cancel, done)
        threads = sum(self.client.nthreads().values()) or 1
        for task in islice(rest, AHEAD * threads):
            done.add(self.submit(terms, version, task, at_work))
        for future in done:
            task = at_work.pop(future.key)
            grade, _ = self.outcome(future)
            if grade:
                yield grade
            else:
                suspects.append(task)
            for another in islice(rest, 1):
                done.add(self.submit(terms, version, another, at_work))
        yield from self.try_alone(terms, version, suspects)

    def try_alone(self, terms: Terms, version: str, suspects: list[Task]) -> Iterator[Grade]:
        """Yield the grades of submissions that workers died with, tried again one by one.

        Dask blames a worker's death on all that it had; the innocent are graded here, the culprit is given up.
        """
        for task in suspects:
            grade, failure = self.outcome(self.submit(terms, version, task, {}))
            yield grade or given_up(terms, task, failure)

    def submit(self, terms: Terms, version: str, task: Task, at_work: dict[str, Task]) -> Any:
        """Hand a task to the cluster."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Sending large graph", category=UserWarning)
            future = self.client.submit(grade_there, self.judge, terms, version, task, pure=False, retries=1)
        at_work[future.key] = task
        return future

    def outcome(self, future: Any) -> tuple[Grade | None, str]:
        """Wait for a task; return its grade, or None and why there is none.  BadInput ends the run."""
        error = future.exception()
        if future.cancelled():
            raise BadInput(f"The scheduler {self.scheduler} was lost: grades already written are kept.")
        if isinstance(error, BadInput):
            raise error
        return (None, f"{type(error).__name__}: {error}") if error is not None else (future.result(), "")

    def cancel(self, done: Any) -> None:
        """Take back what was handed out and is not done."""
        with suppress(Exception):  # the cluster may be gone
            self.client.cancel(list(done.futures))

    def close_judges(self) -> None:
        """Let the workers end their judges."""
        with suppress(Exception):  # the cluster may be gone: then they are, too
            self.client.run(let_go)


def library() -> Any:
    """Return the module distributed; BadInput says how to get it."""
    try:
        import distributed
    except ImportError:
        raise BadInput(f"--scheduler needs Dask: in the course's folder, type {INSTALL}.") from None
    return distributed


def safe_address(address: str) -> str:
    """Return a scheduler's address with its protocol; BadInput where neither TLS nor loopback protects it."""
    full = address if "://" in address else f"tcp://{address}"
    try:
        parts = urlsplit(full)
        usable = parts.scheme in ("tcp", "tls") and parts.hostname and parts.port
    except ValueError:
        usable = None
    if not usable:
        raise BadInput(f"{address!r} is not a scheduler's address: give tls://HOST:PORT, or the word local.")
    if not is_tls(full) and not is_loopback(full):
        raise BadInput(f"{address} would carry the secret seed unprotected: give tls://HOST:PORT, or one on 127.0.0.1.")
    if is_tls(full) and not has_certificates():
        raise BadInput(f"{address} needs certificates, and {CERTIFICATES}.")
    return full


def is_tls(address: str) -> bool:
    """Say whether what goes to an address is encrypted."""
    return address.startswith("tls://")


def is_loopback(address: str) -> bool:
    """Say whether an address with its protocol is on this machine and reached from nowhere else."""
    host = urlsplit(address).hostname or ""
    return (host.startswith("127.") and host.replace(".", "").isdigit()) or host in ("localhost", "::1")


def has_certificates() -> bool:
    """Say whether Dask is configured for TLS."""
    return library().Security().get_connection_args("client")["ssl_context"] is not None


def workers_of(client: Any) -> list[str]:
    """Return the addresses of a cluster's workers."""
    return sorted(client.scheduler_info(n_workers=-1)["workers"])
