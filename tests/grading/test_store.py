"""The output folder: grades survive whatever happens, and only what is new is graded again."""

import errno
import json
import os
import re
import stat
import subprocess
import sys
from dataclasses import replace

import pytest

from gm_ref.desk import BadInput
from gm_ref.grading.judging.record import Mark, Terms
from gm_ref.grading.run import files, store
from gm_ref.grading.run.files import write_whole
from gm_ref.grading.run.store import MARKER, SEED, Store
from gm_ref.grading.who.naming import slug
from tests.grading.school import LESSON, SHA, TERMS, VERSION, graded, lay, not_graded

WAITS = """
import sys, pathlib
from gm_ref.grading.run.store import Store
with Store(pathlib.Path(sys.argv[1]), "31_ddpm"):
    print("in", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def out(tmp_path):
    return tmp_path / "deep" / "out"


def opened(out, lesson=LESSON.id, submissions=None):
    return Store(out, lesson, submissions)


def refused(out, *arguments):
    """Return the sentence with which an output folder is refused."""
    with pytest.raises(BadInput) as caught, opened(out, *arguments):
        pass
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_grade_is_kept_and_found_again(out):
    grade = graded("Anna Müller", {"q_sample": ("fail", "x", ["a", "b\n<c>"])}, ["note"])
    with opened(out) as s:
        assert s.kept(grade.student, SHA, TERMS, VERSION) is None
        s.keep(grade, TERMS)
    with opened(out) as s:
        assert s.kept(grade.student, SHA, TERMS, VERSION) == grade
        assert sorted(p.name for p in (out / "records").iterdir()) == [f"{slug(grade.student)}.json"]


@pytest.mark.parametrize(
    "student, sha, changes, version",
    [
        ("ben", SHA, {}, VERSION),
        ("anna", "cd" * 32, {}, VERSION),
        ("anna", SHA, {"seed": 6}, VERSION),
        ("anna", SHA, {"level": "L1"}, VERSION),
        ("anna", SHA, {"timeout": 20.0}, VERSION),
        ("anna", SHA, {"lesson": "21_elbo"}, VERSION),
        ("anna", SHA, {}, "1.3"),
    ],
)
def test_whatever_has_changed_is_graded_again(out, student, sha, changes, version):
    with opened(out) as s:
        s.keep(graded("anna"), TERMS)
        assert s.kept("anna", SHA, TERMS, VERSION)
        assert s.kept(student, sha, replace(TERMS, **changes), version) is None


DAMAGE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"grade": {}, "timeout": 10.0}',
]


@pytest.mark.parametrize("content", DAMAGE)
def test_a_damaged_record_counts_as_not_there(out, content):
    with opened(out) as s:
        s.keep(graded("anna"), TERMS)
        (out / "records" / "anna.json").write_bytes(content)
        assert s.kept("anna", SHA, TERMS, VERSION) is None
        s.keep(graded("anna"), TERMS)
        assert s.kept("anna", SHA, TERMS, VERSION) == graded("anna")


@pytest.mark.parametrize(
    "change",
    [
        {"points": 100},
        {"points": -1},
        {"points": 1.5},
        {"points": "2"},
        {"status": "fail"},
        {"status": "great"},
        {"exercise": "other"},
        {"out_of": 99},
        {"seconds": "1"},
        {"seconds": float("nan")},
        {"headline": 3},
        {"lines": (3,)},
        {"mistake": 3},
    ],
)
def test_a_record_with_an_impossible_mark_counts_as_not_there(out, change):
    good = graded("anna")
    bad = replace(good, marks=(Mark(**{**vars(good.marks[0]), **change}), *good.marks[1:]))
    with opened(out) as s:
        s.keep(bad, TERMS)
        assert s.kept("anna", SHA, TERMS, VERSION) is None
        s.keep(replace(good, marks=good.marks[1:]), TERMS)
        assert s.kept("anna", SHA, TERMS, VERSION) is None


def test_a_record_of_one_student_is_not_another_s(out):
    with opened(out) as s:
        s.keep(graded("anna"), TERMS)
        os.rename(out / "records" / "anna.json", out / "records" / "ben.json")
        assert s.kept("ben", SHA, TERMS, VERSION) is None


def test_grades_without_points_are_kept_as_well(out):
    grade = not_graded("anna", "binary")
    with opened(out) as s:
        s.keep(grade, TERMS)
        assert s.kept("anna", "", TERMS, VERSION) == grade


def test_the_seed_is_secret_and_stays(out):
    with opened(out) as s:
        seed = s.seed()
        assert 0 <= seed < 1 << 63 and s.seed() == seed and s.seed(7) == 7
    with opened(out) as s:
        assert s.seed() == seed
    assert stat.S_IMODE((out / SEED).stat().st_mode) == 0o600
    marker = json.loads((out / MARKER).read_text())
    assert marker == {"lesson": LESSON.id, "seed": Terms(LESSON.id, seed, "L2").fingerprint}
    assert str(seed) not in (out / MARKER).read_text()


def test_two_folders_have_two_seeds_and_a_given_one_is_kept(tmp_path):
    with opened(tmp_path / "a") as a, opened(tmp_path / "b") as b, opened(tmp_path / "c") as c:
        assert a.seed() != b.seed()
        assert c.seed(7) == c.seed() == 7
        (tmp_path / "a" / SEED).write_text("seven")
        assert a.seed(7) == 7
        with pytest.raises(BadInput, match="holds no number: give the seed of these grades with --seed"):
            a.seed()


def test_folders_that_are_refused(tmp_path):
    lay(tmp_path, "file", "foreign/thesis.tex", "foreign/z", "in/anna.ipynb", "half/records/anna.json")
    assert "is a file: name a folder for the grades." in refused(tmp_path / "file")
    assert "File exists" in (s := refused(tmp_path / "file" / "x")) or "Not a directory" in s
    assert "holds files that are not grades ('thesis.tex' and 1 more): name a new or" in refused(tmp_path / "foreign")
    for inside in (tmp_path / "in", tmp_path / "in" / "out", tmp_path / "x" / ".." / "in" / "out"):
        assert "lies in the submissions: name a folder outside" in refused(inside, LESSON.id, tmp_path / "in")
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == [
        "anna.ipynb",
        "anna.json",
        "file",
        "thesis.tex",
        "z",
    ]


def test_the_submissions_may_not_lie_beside_nothing_else(tmp_path):
    lay(tmp_path, "in/anna.ipynb")
    assert "('in')" in refused(tmp_path, LESSON.id, tmp_path / "in")
    with opened(tmp_path / "in-graded", LESSON.id, tmp_path / "in"):
        pass


def test_a_folder_of_another_lesson_is_refused(out):
    with opened(out):
        pass
    assert refused(out, "21_elbo") == f"{out} holds the grades of 31_ddpm: name another folder for 21_elbo."
    (out / MARKER).write_text("{")
    assert "holds the grades of an unknown lesson" in refused(out)


def test_what_a_teacher_adds_to_a_folder_of_grades_stays(out):
    with opened(out):
        (out / ".DS_Store").touch()
    lay(out, "my remarks.txt")
    with opened(out):
        assert (out / "my remarks.txt").exists()


def test_links_among_its_own_files_are_refused(tmp_path, out):
    out.mkdir(parents=True)
    (out / "records").symlink_to(tmp_path)
    assert "records is a link: remove it, or name another folder" in refused(out)


def test_two_runs_into_one_folder_are_refused(out):
    with subprocess.Popen(
        [sys.executable, "-c", WAITS, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"in\n"
        assert f"is in use by another run (process {other.pid}): wait for its end, or stop it." in refused(out)
        other.kill()
        other.wait()
        with opened(out) as s:
            assert s.seed() >= 0


def test_one_process_cannot_open_a_folder_twice_either(out):
    with opened(out):
        assert f"(process {os.getpid()})" in refused(out)
        assert f"(process {os.getpid()})" in refused(out)
    with opened(out):
        pass


def test_what_a_killed_run_had_half_written_is_cleared(out):
    with opened(out) as s:
        s.keep(graded("anna"), TERMS)
    lay(out, "records/.ben.json.part", ".class.html.part")
    with opened(out) as s:
        assert not list(out.rglob("*.part")) and s.kept("anna", SHA, TERMS, VERSION)


def test_a_full_disk_is_one_sentence_and_costs_no_grade(out, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with opened(out) as s:
        s.keep(graded("anna"), TERMS)
        monkeypatch.setattr(files.os, "fsync", full)
        with pytest.raises(BadInput) as caught:
            s.keep(graded("anna", {"q_step": ("error",)}), TERMS)
        assert str(caught.value) == (
            f"{out} cannot be used: No space left on device; mend that and run again, grades already there stay."
        )
        assert s.kept("anna", SHA, TERMS, VERSION) == graded("anna")
        assert not list(out.rglob("*.part"))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_disk_that_is_really_full(out, monkeypatch):
    real = files.os.open
    with opened(out) as s:
        monkeypatch.setattr(files.os, "open", lambda path, flags, mode: real("/dev/full", os.O_WRONLY))
        with pytest.raises(BadInput, match="No space left on device"):
            s.keep(graded("anna"), TERMS)


def test_no_permission_is_one_sentence(out, monkeypatch):
    def denied(path, *_):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with opened(out) as s:
        monkeypatch.setattr(files.os, "open", denied)
        with pytest.raises(BadInput, match=rf"^{re.escape(str(out))} cannot be used: Permission denied; mend that"):
            s.keep(graded("anna"), TERMS)
    assert refused(out).startswith(f"{out / store.LOCK} cannot be used: Permission denied")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path):
    tmp_path.chmod(0o500)
    assert "Permission denied" in refused(tmp_path / "out")
    tmp_path.chmod(0o700)


def test_a_file_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "x"
    write_whole(path, b"old", mode=0o600)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
