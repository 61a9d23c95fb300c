"""The sandbox is tried, not believed: what must fail fails, and the trial itself can fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gm_ref.desk import BadInput
from gm_ref.grading.sandbox import levels, seccomp, worker_files
from gm_ref.syllabus import LESSONS

HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",  # arm64 took the generic numbers
}
linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
confined = pytest.mark.skipif(bool(levels.why_not("L2")), reason=f"no L2 here: {levels.why_not('L2')}")


def in_child(code):
    """Run code in a fresh Python that can import gm_ref, and return what it prints."""
    run = [sys.executable, "-P", "-c", code]
    environment = {"PYTHONPATH": str(levels.ROOT), "PATH": os.defpath}
    return subprocess.run(run, capture_output=True, text=True, env=environment, timeout=60).stdout.strip()


def test_this_machine_reaches_the_level_that_is_expected_of_it():
    expected = os.environ.get("GM_REF_EXPECTED_LEVEL")  # .ci/run sets it: a sandbox that is broken must not pass for L1
    if not expected:
        pytest.skip("GM_REF_EXPECTED_LEVEL is not set")
    assert levels.why_not(expected) == ""


@confined
@pytest.mark.parametrize("gone", ["landlock.allow_only", "seccomp.forbid"])
def test_the_trial_notices_what_does_not_hold(gone):
    module, name = gone.split(".")
    code = (
        f"from gm_ref.grading.sandbox import confine, {module}\n"
        f"{module}.{name} = lambda *a: None\n"
        f"print(confine.trial({str(levels.FORBIDDEN)!r}))"
    )
    assert in_child(code).startswith("a confined process can ")


@linux
def test_a_system_without_namespaces_is_told(monkeypatch):
    code = (
        "from gm_ref.grading.sandbox import confine\n"
        "def no(): raise OSError(1, 'new namespaces: Operation not permitted')\n"
        "confine.separate = no\nprint(confine.trial('/etc/passwd'))"
    )
    assert "Operation not permitted" in in_child(code)


@confined
def test_capabilities_are_gone():
    code = (
        "import os\nfrom gm_ref.grading.sandbox import confine\nreads, writes = os.pipe()\n"
        "if not os.fork():\n"
        "    confine.separate()\n"
        "    if not os.fork():\n"
        "        confine.give_up_capabilities()\n"
        "        status = open('/proc/self/status').read()\n"
        "        os.write(writes, status.split('CapEff:')[1].split()[0].encode()); os._exit(0)\n"
        "    os.wait(); os._exit(0)\n"
        "os.wait()\nprint(os.read(reads, 99).decode())"
    )
    assert int(in_child(code), 16) == 0


@pytest.mark.parametrize("machine", sorted(seccomp.MACHINES))
def test_the_filter_refuses_each_number_and_no_other(machine):
    audit, table = seccomp.MACHINES[machine]
    forbidden = {*table.values(), *seccomp.NEWER.values()}
    for number in range(500):
        verdict = interpret(seccomp.program(machine), audit, number)
        assert verdict == (seccomp.ERRNO | seccomp.EPERM if number in forbidden else seccomp.ALLOW)
    assert interpret(seccomp.program(machine), audit ^ 1, 0) == seccomp.KILL


def test_x32_numbers_are_refused():
    verdict = interpret(seccomp.program("x86_64"), seccomp.MACHINES["x86_64"][0], seccomp.X32 | 41)
    assert verdict == seccomp.ERRNO | seccomp.EPERM


def interpret(program, audit, number):
    """Run classic BPF on one system call, as the kernel would."""
    code = [program[i : i + 8] for i in range(0, len(program), 8)]
    at, value, data = 0, 0, {0: number, 4: audit}
    while True:
        op, true, false = int.from_bytes(code[at][:2], "little"), code[at][2], code[at][3]
        k = int.from_bytes(code[at][4:], "little")
        if op == seccomp.RETURN:
            return k
        if op == seccomp.LOAD:
            value, at = data[k], at + 1
        else:
            holds = value == k if op == seccomp.EQUAL else value >= k
            at += 1 + (true if holds else false)


@pytest.mark.parametrize("machine, header", HEADERS.items())
def test_numbers_agree_with_the_kernels_headers(machine, header):
    if not Path(header).exists():
        pytest.skip("no kernel headers here")
    lines = [line.split()[1:3] for line in Path(header).read_text().splitlines() if line.startswith("#define __NR")]
    known = {name.removeprefix("__NR3264_").removeprefix("__NR_"): number for name, number in lines if number.isdigit()}
    table = {**seccomp.MACHINES[machine][1], **seccomp.NEWER}
    assert not {n: k for n, k in table.items() if n in known and known[n] != str(k)}
    assert len(known.keys() & table) > 0.9 * len(table)


def test_no_answer_is_among_the_workers_files(tmp_path):
    worker_files.lay_out(tmp_path)
    names = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.py")}
    assert not [
        n for n in names if "mistakes" in n or n.split("/")[1] in ("gan", "vae", "diffusion", "flow", "foundations")
    ]
    assert not [p for p in tmp_path.rglob("*.json") if p.parent.name != worker_files.FONTS]
    checks = {p for p in (tmp_path / "gm_ref/checks").glob("*.py") if p.name != "__init__.py"}
    assert {p.stem for p in checks} == {lesson.stem for lesson in LESSONS}
    assert {p.read_text() for p in checks} == {worker_files.STAND_IN}, "what a check compares with can be read"


def test_answers_in_a_readable_folder_are_refused(tmp_path, monkeypatch):
    (tmp_path / "gm_ref" / "diffusion").mkdir(parents=True)
    monkeypatch.setattr(worker_files, "packages", lambda: [str(tmp_path)])
    with pytest.raises(BadInput, match=r"the answers are installed in .*gm_ref/diffusion"):
        worker_files.refuse_if_answers_show(tmp_path / "house")


def test_a_clone_inside_a_readable_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(worker_files, "packages", lambda: [str(tmp_path)])
    with pytest.raises(BadInput, match="inside a folder that submissions may read"):
        worker_files.refuse_if_answers_show(tmp_path / "house", root=tmp_path / "clone")


@linux
def test_limits_are_never_raised():
    code = (
        "import resource\nfrom gm_ref.grading.sandbox import confine\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))\nconfine.limit(apart=False)\n"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE), resource.getrlimit(resource.RLIMIT_CORE))"
    )
    assert in_child(code) == "(32, 32) (0, 0)"
