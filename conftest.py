"""Options of all test runs, of tests/ and of the solved notebooks: which lesson, and where to keep the times."""

import pytest

from gm_ref.syllabus import find_lesson
from tests.of_lesson import concerns
from tests.timing.measure import Times, timed


def pytest_addoption(parser):
    """Add --lesson, for who writes one, and --times."""
    parser.addoption("--lesson", default="", help="run what is about this lesson alone: 33, score or 33_score")
    parser.addoption("--times", default="", help="keep the CPU seconds of each file of tests in this JSON file")


def pytest_configure(config):
    """Read --lesson, so that a wrong one is told at once."""
    name = config.getoption("--lesson")
    try:
        config.lesson = find_lesson(name) if name else None
    except ValueError as error:
        raise pytest.UsageError(f"--lesson: {error}") from None
    if config.getoption("--times") and not hasattr(config, "workerinput"):  # a worker of xdist reports to its master
        config.pluginmanager.register(Times(config.getoption("--times")))


def pytest_collection_modifyitems(config, items):
    """Leave out what is not about the lesson that --lesson names."""
    if config.lesson:
        others = {item for item in items if not concerns(item, config.lesson)}
        config.hook.pytest_deselected(items=list(others))
        items[:] = [item for item in items if item not in others]


pytest_runtest_setup = pytest_runtest_call = pytest_runtest_teardown = pytest.hookimpl(wrapper=True)(timed)
