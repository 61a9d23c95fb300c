"""The child process: what stalls or ends it costs one step, and the rest is checked all the same."""

import os

import pytest

from gm_ref.desk.check import CannotStart, check_all, child
from gm_ref.desk.saved_notebook import read
from tests.desk.desk import RIGHT, SPREAD, TRAINING, save

LOUD = RIGHT.replace("    share", "    print('x' * 1_000_000)\n    open('seen_here', 'w').close()\n    share", 1)


def checked(path, exercises, timeout=30.0):
    steps = []
    outcomes, notes = check_all(read(path), exercises, 0, timeout, steps.append)
    return outcomes, notes, steps


def test_one_bad_cell_does_not_void_the_others(tmp_path):
    loop = "def beta_schedule(kind, T):\n    return torch.ones(T)\nwhile True:\n    pass\n"
    quits = "import os\ndef alpha_tables(beta):\n    return beta\nos._exit(3)\n"
    path = save(tmp_path, SPREAD, loop, quits, "def q_step(x t):\n    pass", TRAINING, LOUD)
    outcomes, notes, steps = checked(path, ["beta_schedule", "q_step", "q_sample", "p_sample"], timeout=4.0)
    assert [outcomes[name].status for name in ("q_step", "q_sample", "p_sample")] == ["error", "pass", "missing"]
    assert outcomes["q_step"].headline == "q_step: its cell cannot be read"
    assert not outcomes["beta_schedule"].headline.endswith("not defined")
    assert notes == ["Cell 3 did not finish within 4 s.", "Cell 4 ended Python (exit code 3)."]
    assert steps[0] == "start" and "cell 1" in steps and steps[-1] == "q_sample"
    assert (tmp_path / "seen_here").exists()


def test_an_exercise_that_never_returns_and_one_that_ends_python(tmp_path):
    endless = "def q_sample(x0, t, eps, alpha_bar):\n    while True:\n        pass\n"
    crash = "import ctypes, os\ndef q_sample(x0, t, eps, alpha_bar):\n    ctypes.string_at(0)\n"
    (stalled,) = checked(save(tmp_path, endless), ["q_sample"], timeout=1.0)[0].values()
    assert (stalled.status, stalled.seconds) == ("error", 1.0)
    assert stalled.message.startswith("q_sample: did not finish within 1 s\n  Look for a loop that never ends")
    (crashed,) = checked(save(tmp_path, crash), ["q_sample"])[0].values()
    assert crashed.status == "error" and crashed.headline.startswith("q_sample: ended Python (Segmentation fault")


def test_what_the_learner_starts_ends_with_the_child(tmp_path):
    with child({"stem": "ddpm"}, tmp_path) as (process, connection):
        assert connection.poll(60)
        os.kill(process.pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_a_child_that_cannot_start_says_why(tmp_path):
    submission = read(save(tmp_path, RIGHT))
    submission.lesson = type(submission.lesson)(99, "nowhere", "vae", "", 1, submission.lesson.exercises)
    with pytest.raises(CannotStart, match=r"could not be started: ModuleNotFoundError: .+nowhere"):
        check_all(submission, ["q_sample"], 0, 30.0, print)
