"""environment.yml, pyproject.toml and constraints.txt agree; the README names the commands that CI runs."""

import re
import tomllib

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.laws.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
README = (ROOT / "README.md").read_text("utf-8")


def pinned():
    """Return name -> version of constraints.txt."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line and line[0] != "#"]
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def requirements():
    """Return every requirement of the project and its extras, but for references to its own extras."""
    listed = PROJECT["dependencies"] + [r for rs in PROJECT["optional-dependencies"].values() for r in rs]
    return [r for r in map(Requirement, listed) if r.name != "gm_ref"]


def test_conda_users_get_the_same():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, rest = environment["dependencies"]
    assert python == "python" + PROJECT["requires-python"] and pip == "pip"
    assert rest["pip"] == ["-c constraints.txt", "-e .[lab]"]
    assert "lab" in PROJECT["optional-dependencies"]


def test_every_requirement_is_a_range_and_its_pin_lies_in_it():
    pins = pinned()
    for requirement in requirements():
        assert requirement.specifier and "==" not in str(requirement.specifier), f"{requirement} must be a range"
        assert pins[canonicalize_name(requirement.name)] in requirement.specifier


def test_torch_is_pinned_to_the_version_that_was_tested():
    assert pinned()["torch"] == "2.13.0"


def test_readme_names_the_commands_that_ci_runs():
    makefile = (ROOT / "Makefile").read_text()
    ran = re.findall(r"^\s*make (\w[\w-]*)", (ROOT / ".ci/run").read_text(), re.MULTILINE)
    assert "test" in ran and "`make test`" in README and "`make lab`" in README
    targets = set(re.findall(r"^([\w -]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"`make ([\w-]+)", README))
    assert named <= {word for group in targets for word in group.split()}


def test_readme_promises_only_commands_that_exist():
    from gm_ref.cli import app

    commands = {(c.name or c.callback.__name__) for c in app.registered_commands}
    commands |= {g.name for g in app.registered_groups}
    assert set(re.findall(r"gm-ref (\w+)", README)) <= commands
