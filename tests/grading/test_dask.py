"""The same class run on a real Dask cluster of two worker processes, one of them killed in mid-run."""

import os
import shutil
import signal
import subprocess
import sys
import threading

import dask
import pytest
from distributed import Client, LocalCluster, Security

from gm_ref.desk import BadInput
from gm_ref.grading.run import cluster, dask_task
from gm_ref.grading.run.cluster import DaskPool, is_loopback, safe_address
from gm_ref.grading.run.pools import Task
from gm_ref.grading.run.version import version_of
from tests.grading.fakes import JUDGE, UNFIT, Room, held, pipes
from tests.grading.test_classrun import EXERCISES, TERMS, grade, records, room  # noqa: F401
from tests.test_cli import refused

ALONE = {"threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
ALONE |= {"scheduler_kwargs": {"dashboard": False}}
STUDENTS = [f"s{number:02}" for number in range(10)]


@pytest.fixture(autouse=True)
def clean_start(tmp_path):
    """Compare files with workers' as a run does that begins now; keep what Dask writes out of /tmp."""
    version_of.cache_clear()
    with dask.config.set({"temporary-directory": str(tmp_path)}):
        yield


@pytest.fixture
def scheduler(tmp_path):
    """A scheduler of somebody else's, with two worker processes."""
    with LocalCluster(n_workers=2, local_directory=str(tmp_path / "dask"), **ALONE) as other:
        yield other.scheduler_address


def test_a_worker_is_killed_in_mid_run_and_nothing_is_lost_or_graded_twice(room: Room):
    for name in STUDENTS:
        room.hand_in(name)
    room.hand_in("s03", hold=pipes(room.folder), **{"die once": str(room.folder / "second")})
    killed = []

    def kill():
        killed.append(held(room.folder / "hold"))
        (room.folder / "second").touch()
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    code, said, warned = grade(room, scheduler="local")
    killer.join()
    assert (code, warned) == (0, "") and killed[0] and "10 graded, 0 unchanged, 0 could not be used" in said
    assert records(room) == STUDENTS and len(room.rows()) == len(set(room.rows())) == 10 * EXERCISES
    assert sorted({row.split(",")[0] for row in room.rows()}) == STUDENTS
    tried = room.graded()
    assert set(tried) == set(STUDENTS) and tried.count("s03") == 2
    assert "0 graded, 10 unchanged" in grade(room)[1]


def test_a_submission_that_kills_every_worker_is_given_up_and_no_other(room: Room):
    room.hand_in("ana", die=True)
    room.hand_in("ben")
    with dask.config.set({"distributed.scheduler.allowed-failures": 1}):
        code, said, warned = grade(room, scheduler="local", workers=1)
    assert code == 1 and "1 graded, 0 unchanged, 1 could not be used." in said
    assert warned.startswith("ana: ") and "KilledWorker" in warned


def test_a_judge_that_raises_is_tried_again_and_given_up(room: Room):
    room.hand_in("ana", **{"raise": True})
    room.hand_in("ben")
    code, _, warned = grade(room, scheduler="local", workers=1)
    assert code == 1 and "RuntimeError: a judge's own mistake" in warned and room.graded() == ["ana"] * 4 + ["ben"]


def held_there():
    """Return whether a judge is held: runs in a worker."""
    return dask_task.Held.judge is not None


def test_a_scheduler_of_somebody_elses_is_left_as_it_was(room: Room, scheduler):
    for name in STUDENTS:
        room.hand_in(name)
    code, said, _ = grade(room, scheduler=scheduler.removeprefix("tcp://"))
    assert code == 0 and "10 graded" in said and room.graded() == STUDENTS
    with Client(scheduler, set_as_default=False) as client:
        assert list(client.run(held_there).values()) == [False, False]


def test_workers_that_do_not_fit_end_the_run_in_a_sentence(room: Room, scheduler, monkeypatch):
    tasks = [Task("ana", "ana.ipynb", b"{}")]
    with DaskPool(scheduler, 2, JUDGE) as pool:
        with pytest.raises(BadInput, match="another version of gm_ref: install the same one there"):
            list(pool.grades(TERMS, "of another commit", tasks))
        assert pool.why_not("L1") == ""
        monkeypatch.setattr(cluster, "why_not_there", "not a function")
        with pytest.raises(BadInput, match=r"workers cannot grade \(.*: install this gm_ref there"):
            pool.why_not("L1")
    with DaskPool(scheduler, 2, UNFIT) as pool:
        (grade,) = pool.grades(TERMS, version_of("ddpm"), tasks)
        assert "no checks here" in grade.notes[0]


def test_a_large_notebook_is_handed_over_without_a_warning(room: Room):
    room.hand_in("ana", padding="x" * 11_000_000)
    assert grade(room, scheduler="local", workers=1)[0] == 0


def test_a_scheduler_that_is_lost_ends_the_run_in_a_sentence(room: Room, monkeypatch):
    monkeypatch.setattr(cluster, "FIRST_WORKER", 3)  # also how long the client looks for the lost one
    room.hand_in("ana", hold=pipes(room.folder))
    task = Task("ana", "ana.ipynb", (room.submissions / "ana.ipynb").read_bytes())
    with LocalCluster(n_workers=1, local_directory=str(room.folder), **ALONE) as other:
        with DaskPool(other.scheduler_address, 1, JUDGE) as pool:
            lose = threading.Thread(target=lambda: held(room.folder / "hold") and other.close())
            lose.start()
            with pytest.raises(BadInput, match="was lost: grades already written are kept"):
                list(pool.grades(TERMS, version_of("ddpm"), [task]))
            lose.join()


def test_a_scheduler_that_is_not_there(monkeypatch):
    monkeypatch.setattr(cluster, "FIRST_WORKER", 1)
    with pytest.raises(BadInput, match=r"The scheduler tcp://127.0.0.1:9 cannot be used: "), DaskPool("127.0.0.1:9", 1):
        pass


REFUSED = [
    ("tcp://10.0.0.5:8786", "would carry the secret seed unprotected: give tls://"),
    ("grading.example:8786", "would carry the secret seed unprotected"),
    ("127.evil.example:8786", "would carry the secret seed unprotected"),
    ("tls://10.0.0.5:8786", "needs certificates, and Dask finds none"),
    ("ws://127.0.0.1:8786", "is not a scheduler's address"),
    ("tcp://127.0.0.1", "is not a scheduler's address"),
    ("127.0.0.1:port", "is not a scheduler's address"),
    ("somewhere", "is not a scheduler's address"),
]


@pytest.mark.parametrize("address, sentence", REFUSED)
def test_off_loopback_only_tls(address, sentence):
    with pytest.raises(BadInput, match=sentence):
        safe_address(address)


def test_addresses_that_may_be_used(monkeypatch):
    assert safe_address("127.0.0.1:8786") == "tcp://127.0.0.1:8786"
    assert safe_address("tcp://localhost:8786") == "tcp://localhost:8786"
    assert is_loopback("tcp://[::1]:8786") and not is_loopback("tcp://0.0.0.0:8786")
    monkeypatch.setattr(cluster, "has_certificates", lambda: True)
    assert safe_address("tls://10.0.0.5:8786") == "tls://10.0.0.5:8786"


@pytest.fixture
def certificates(tmp_path):
    """Dask's configuration for TLS, with a certificate made for this test."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificate")
    key, certificate = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    words = f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {certificate} -days 2 -subj /CN=127.0.0.1"
    subprocess.run(words.split(), check=True, capture_output=True)
    pair = {"key": key, "cert": certificate}
    tls = {"ca-file": certificate, "scheduler": pair, "worker": pair, "client": pair}
    with dask.config.set({f"distributed.comm.tls.{name}": value for name, value in tls.items()}):
        yield


def test_the_run_over_tls(room: Room, certificates, monkeypatch):
    room.hand_in("ana")
    secured = {**ALONE, "protocol": "tls://", "security": Security(require_encryption=True)}
    with LocalCluster(n_workers=1, local_directory=str(room.folder / "dask"), **secured) as other:
        monkeypatch.setattr(cluster, "is_loopback", lambda address: False)
        assert other.scheduler_address.startswith("tls://")
        assert grade(room, scheduler=other.scheduler_address)[0] == 0 and room.graded() == ["ana"]


def test_a_worker_that_others_can_reach_is_refused(scheduler, monkeypatch):
    monkeypatch.setattr(cluster, "workers_of", lambda client: ["tcp://127.0.0.1:1", "tcp://192.168.1.7:4000"])
    with pytest.raises(BadInput, match=r"worker tcp://192\.168\.1\.7:4000 is reached without TLS"):
        DaskPool(scheduler, 2, JUDGE).__enter__()


def test_without_dask_a_sentence_says_what_to_install(room: Room, monkeypatch):
    room.hand_in("ana")
    monkeypatch.setitem(sys.modules, "distributed", None)
    sentence = refused("grade", room.submissions, "--lesson", "ddpm", "--out", room.out, "--scheduler", "local")
    assert sentence.startswith("gm-ref: --scheduler needs Dask: in the course's folder, type .venv/bin/python -m pip ")
