"""Options and fixtures that all tests share."""

import pytest
import torch


def pytest_addoption(parser):
    """Add --device, so that the same tests of the references run on a GPU."""
    parser.addoption("--device", default="cpu", help="where reference tests put their tensors: cpu, cuda, mps")


@pytest.fixture
def device(request):
    """The device named by --device."""
    return torch.device(request.config.getoption("--device"))
