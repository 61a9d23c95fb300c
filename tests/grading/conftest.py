"""One zygote for all tests of a process: it holds nothing of a lesson, and importing torch takes seconds."""

from contextlib import contextmanager

import pytest

from gm_ref.grading.judging.judge import Judge
from gm_ref.grading.judging.record import Terms
from gm_ref.grading.sandbox.levels import best_level
from gm_ref.grading.sandbox.zygote_client import Zygote

SEED = 31415


@pytest.fixture(scope="session")
def zygote():
    zygote = Zygote(best_level())
    yield zygote
    zygote.close()


@pytest.fixture
def judge_of(zygote):
    """Return a function of a lesson's id that makes a judge on the common zygote."""

    @contextmanager
    def judge(lesson="31_ddpm", timeout=10.0, seed=SEED):
        made = Judge(Terms(lesson, seed, zygote.level, timeout), zygote)
        yield made
        assert made.zygote is zygote, "the zygote was lost"
        made.zygote = None

    return judge
