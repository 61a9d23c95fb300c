"""The command line: `part NAME COMMAND...` runs and measures, `table` prints, `record` keeps in tests/times.json.

python -m tests.timing part lint make lint
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from gm_ref.course.paths import ROOT
from gm_ref.course.times import record
from tests.timing.estimate import (
    CORES,
    EXERCISES_AT_THE_END,
    LESSONS_AT_THE_END,
    LONG_NOTEBOOKS,
    MINUTES,
    minutes,
    parts,
)

FOLDER = ROOT / "build" / "times"
APART = ("tests/grading/test_remote.py", "tests/grading/test_judge.py", "tests/grading/test_attacks.py")


def main(words):
    """Run one of the three commands and return the exit code."""
    if words[:1] == ["part"] and len(words) > 2:
        return run(words[1], words[2:])
    if words not in (["table"], ["record"]):
        print(__doc__)
        return 2
    if words == ["record"]:
        for path in record(ROOT, **measured()):
            print(f"wrote {path}")
    show(measured())
    return 0


def run(name, command):
    """Run a command and note how long it took."""
    begin = time.monotonic()
    code = subprocess.run(command).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    FOLDER.mkdir(parents=True, exist_ok=True)
    noted = {"wall": time.monotonic() - begin, "cpu": used.ru_utime + used.ru_stime}
    (FOLDER / f"{name}.part").write_text(json.dumps(noted), "utf-8")
    return code


def measured():
    """Return the CPU seconds that the last `make test` took: those of each solved notebook, and of each part."""
    cells = kept(FOLDER / "notebooks.json")
    found = {part: kept(FOLDER / f"{part}.part").get("cpu", 0.0) for part in ("lint", "fresh")}
    for file, seconds in kept(FOLDER / "tests.json").items():
        found[part_of(file)] = found.get(part_of(file), 0.0) + seconds
    if whole := kept(FOLDER / "pytest.part").get("cpu"):
        found["collecting tests"] = max(0.0, whole - sum(kept(FOLDER / "tests.json").values()))
    return {"notebooks": {Path(file).stem: seconds for file, seconds in cells.items()}, "tests": found}


def kept(path):
    """Return what a file holds, {} where the part was not run."""
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def part_of(file):
    """Return the part of the tests that a file belongs to: its folder, or itself where that grows otherwise."""
    return file if file in APART else "/".join(file.split("/")[:2])


def show(times):
    """Print the table and the estimate."""
    found = parts(times)
    print(f"\n{'part of make test':<32}{'CPU s now':>10}  {'grows with':<10}{'CPU s at the end':>18}")
    for part in found:
        print(f"{part.name:<32}{part.seconds:>10.0f}  {part.by:<10}{part.later:>18.0f}")
    for lesson, seconds in times["notebooks"].items():
        print(f"  {lesson:<30}{seconds:>10.0f}")
    now, later = sum(part.seconds for part in found), sum(part.later for part in found)
    print(f"{'all':<32}{now:>10.0f}  {'':<10}{later:>18.0f}")
    for name in ("lint", "fresh", "pytest", "notebooks"):
        if noted := kept(FOLDER / f"{name}.part"):
            print(f"{name}: {noted['wall'] / 60:.1f} minutes by the clock")
    print(
        f"Estimate for {LESSONS_AT_THE_END} lessons with {EXERCISES_AT_THE_END} exercises: {later:.0f} CPU seconds, on "
        f"{CORES} busy cores {minutes(found):.0f} minutes (limit {MINUTES}). Each part is multiplied by what it grows "
        "with; notebooks to come cost what these cost on average, lessons "
        f"{' and '.join(map(str, LONG_NOTEBOOKS))} their limit."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
