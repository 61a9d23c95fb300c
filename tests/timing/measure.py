"""Measure the CPU seconds of each test, child processes included, and of the kernel that runs a notebook."""

import json
import os
from collections import defaultdict
from pathlib import Path

import psutil
import pytest


def timed(item):
    """Note the CPU seconds that a phase of a test takes; for a notebook's cell, those of its kernel since it began."""
    before = sum(os.times()[:4])
    try:
        return (yield)
    finally:
        item.user_properties.append(("cpu", sum(os.times()[:4]) - before))
        manager = getattr(getattr(item.parent, "kernel", None), "km", None)  # none after the last cell
        if manager is not None:
            item.user_properties.append(("kernel", seconds_of(manager.provisioner.pid)))


def seconds_of(process):
    """Return the CPU seconds of a process, 0 where it has ended."""
    try:
        used = psutil.Process(process).cpu_times()
    except psutil.Error:
        return 0.0
    return used.user + used.system


class Times:
    """Adds up what the tests of each file took, in this process and in those of xdist."""

    def __init__(self, path):
        self.path, self.files = Path(path), defaultdict(float)

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report):
        """Add one test, when its last phase is over."""
        if report.when == "teardown":
            file = report.nodeid.split("::")[0]
            kernel = [seconds for name, seconds in report.user_properties if name == "kernel"]
            if kernel:  # it counts from its start, and its cells come in order
                self.files[file] = max(self.files[file], *kernel)
            else:
                self.files[file] += sum(seconds for name, seconds in report.user_properties if name == "cpu")

    @pytest.hookimpl
    def pytest_sessionfinish(self):
        """Write what was added up."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(self.files, indent=1, sort_keys=True) + "\n", "utf-8")
