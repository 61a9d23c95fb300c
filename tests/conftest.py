"""Options and fixtures that all tests share."""

import pytest
import torch

from gm_ref.syllabus import find_lesson
from tests.of_lesson import concerns


def pytest_addoption(parser):
    """Add --device, so that the same tests of the references run on a GPU, and --lesson, for who writes one."""
    parser.addoption("--device", default="cpu", help="where reference tests put their tensors: cpu, cuda, mps")
    parser.addoption("--lesson", default="", help="run what is about this lesson alone: 33, score or 33_score")


def pytest_configure(config):
    """Read --lesson, so that a wrong one is told at once."""
    name = config.getoption("--lesson")
    try:
        config.lesson = find_lesson(name) if name else None
    except ValueError as error:
        raise pytest.UsageError(f"--lesson: {error}") from None


def pytest_collection_modifyitems(config, items):
    """Leave out what is not about the lesson that --lesson names."""
    if config.lesson:
        others = [item for item in items if not concerns(item, config.lesson)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in set(others)]


@pytest.fixture
def device(request):
    """The device named by --device."""
    return torch.device(request.config.getoption("--device"))
