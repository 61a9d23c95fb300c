"""A class run: each notebook graded once, whatever some of them do; interrupted, resumed; every refusal a sentence."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO

import psutil
import pytest

from gm_ref.desk import BadInput
from gm_ref.grading.judging.record import Grade, Terms
from gm_ref.grading.run import classrun, pools, progress, version
from gm_ref.grading.run.classrun import Order, choose_level, grade_class
from gm_ref.grading.run.pools import LocalPool, Task
from gm_ref.grading.sandbox import levels
from gm_ref.syllabus import find_lesson
from tests.grading.fakes import JUDGE, MISTAKE, UNFIT, Room, held, pipes
from tests.test_cli import refused

EXERCISES = len(find_lesson("ddpm").exercises)
POINTS = sum(e.points for e in find_lesson("ddpm").exercises)
TERMS = Terms("31_ddpm", seed=7, level="L1", timeout=5.0)


@pytest.fixture
def room(tmp_path):
    version.version_of.cache_clear()  # a run that begins now sees the files as they are now
    return Room(tmp_path)


def order(room, **options):
    """Return an order at level L1 with the fake judge."""
    return Order(
        room.submissions, "ddpm", room.out, **{"level": "L1", "allow_level": "L1", "judge": JUDGE, "seed": 7, **options}
    )


def grade(room, **options):
    """Grade in this process; return the exit code, what was said and what was warned of."""
    said, warned = [], []
    code = grade_class(order(room, **options), said.append, warned.append)
    return code, "\n".join(said), "\n".join(warned)


def records(room):
    """Return the students who have a record."""
    return sorted(json.loads(p.read_text())["grade"]["student"] for p in (room.out / "records").glob("*.json"))


def test_a_class_is_graded_and_told(room, capsys):
    room.hand_in("ana")
    room.hand_in("ben", right=1, mistake=MISTAKE)
    room.hand_in("cy", right=1, mistake=MISTAKE)
    (room.folder / "roster").write_text("ana\nben\ncy\ndora\n")
    code, said, warned = grade(room, roster=room.folder / "roster")
    assert code == 0 and room.graded() == ["ana", "ben", "cy"]
    assert said.startswith(f"31_ddpm at level L1, seed {TERMS.fingerprint}\n")
    assert "3 graded, 0 unchanged, 0 could not be used." in said and f"Mean 9.7 of {POINTS} points." in said
    assert f"2 of 3: alpha_tables: {MISTAKE}\n" in said and said.count(MISTAKE) == 3
    assert warned == "dora: nothing handed in."
    assert len(room.rows()) == 3 * EXERCISES and (room.out / "class.html").exists()
    assert "3 of 3 done, about 0 s left" in capsys.readouterr().err


def test_grades_name_level_seed_and_version(room):
    room.hand_in("ana")
    grade(room)
    raw = json.loads(next((room.out / "records").glob("*.json")).read_text())["grade"]
    assert (raw["level"], raw["seed"], raw["version"]) == ("L1", TERMS.fingerprint, version.version_of("31_ddpm"))


def test_known_gaps_are_named(room, monkeypatch):
    monkeypatch.setattr("gm_ref.grading.sandbox.levels.GAPS", {"L1": ("reads files", "reaches the network")})
    room.hand_in("ana")
    assert "Known gaps at L1: reads files, reaches the network\n" in grade(room)[1]


def test_a_second_run_grades_only_what_changed(room):
    room.hand_in("ana")
    room.hand_in("ben")
    grade(room)
    before = room.rows()
    assert room.graded() == ["ana", "ben"]
    assert "0 graded, 2 unchanged, 0 could" in grade(room)[1] and room.graded() == [] and room.rows() == before
    room.hand_in("ben", right=0)
    assert "1 graded, 1 unchanged, 0 could" in grade(room)[1] and room.graded() == ["ben"]
    assert len(room.rows()) == 2 * EXERCISES and room.rows() != before


@pytest.mark.parametrize("change", [{"seed": 8}, {"timeout": 9.0}])
def test_other_terms_grade_all_anew(room, change):
    room.hand_in("ana")
    grade(room)
    grade(room, **change)
    assert room.graded() == ["ana", "ana"]


def test_changed_checks_grade_all_anew(room, monkeypatch):
    room.hand_in("ana")
    grade(room)
    monkeypatch.setattr(classrun, "version_of", lambda lesson: "another")
    grade(room)
    assert room.graded() == ["ana", "ana"]


def test_the_version_follows_what_decides_and_nothing_else(tmp_path, monkeypatch):
    names = {path.relative_to(version.PACKAGE).as_posix() for path in version.deciding("ddpm")}
    assert {"checks/ddpm/q_sample.py", "checks/frozen/ddpm.json", "checks/core/guard.py", "kit/probes/ddpm.py"} <= names
    assert {"grading/judging/judge.py", "grading/sandbox/worker.py", "grading/talk/codec.py", "syllabus.py"} <= names
    assert not names & {
        "checks/elbo/elbo.py",
        "checks/frozen/elbo.json",
        "grading/out/pages.py",
        "grading/run/classrun.py",
    }
    assert all((version.PACKAGE / "grading" / room / "__init__.py").exists() for room in version.DECIDING)
    (tmp_path / "syllabus.py").write_text("a")
    monkeypatch.setattr(version, "deciding", lambda stem: [tmp_path / "syllabus.py"])
    monkeypatch.setattr(version, "PACKAGE", tmp_path)
    one = version.version_of.__wrapped__("ddpm")
    (tmp_path / "syllabus.py").write_text("b")
    assert version.version_of.__wrapped__("ddpm") != one


def test_what_cannot_be_used_is_named_and_stops_nothing(room):
    room.hand_in("ana")
    (room.submissions / "ben").mkdir()
    for name in ("one", "two"):
        (room.submissions / "ben" / f"{name}.ipynb").write_text("{}")
    os.symlink("/etc/passwd", room.submissions / "cy.ipynb")
    code, said, warned = grade(room)
    assert code == 1 and room.graded() == ["ana"]
    assert "1 graded, 0 unchanged, 2 could not be used." in said and f"Mean {POINTS:.1f} of" in said
    assert [line.split(":")[0] for line in warned.splitlines()] == ["ben", "cy"] and "two notebooks" in warned
    assert len(room.rows()) == 3 * EXERCISES


def test_a_process_that_dies_once_costs_nothing(room):
    room.hand_in("ana", **{"die once": str(room.folder / "died")})
    room.hand_in("ben")
    room.hand_in("cy")
    code, said, _ = grade(room)
    assert code == 0 and "3 graded" in said and room.graded() == ["ana", "ana", "ben", "cy"]


@pytest.mark.parametrize(
    "deed, reason", [("die", "killed by SIGKILL"), ("raise", "RuntimeError: a judge's own mistake")]
)
def test_a_submission_that_ends_its_grader_twice_is_given_up(room, deed, reason):
    room.hand_in("ana", **{deed: True})
    room.hand_in("ben")
    room.hand_in("cy")
    code, said, warned = grade(room)
    assert code == 1 and "2 graded, 0 unchanged, 1 could not be used." in said
    assert warned.startswith("ana: ") and reason in warned and "next run" in warned
    assert room.graded() == ["ana", "ana", "ben", "cy"]
    room.hand_in("ana")
    assert grade(room)[0] == 0


def test_what_was_given_up_is_tried_again_in_the_next_run(room):
    room.hand_in("ana", die=True)
    grade(room)
    grade(room)
    assert room.graded() == ["ana"] * 4


def test_a_process_that_is_stuck_is_ended(room, monkeypatch):
    monkeypatch.setattr(pools, "patience", lambda terms: 0.0)
    os.mkfifo(room.folder / "never")
    room.hand_in("ana", hold=str(room.folder / "never"))
    code, _, warned = grade(room)
    assert code == 1 and "killed by SIGKILL" in warned


def test_a_judge_that_cannot_begin_ends_the_run_in_a_sentence(room):
    room.hand_in("ana")
    with pytest.raises(BadInput, match=r"cannot start \(RuntimeError: no checks here\)"):
        grade(room, judge=UNFIT)


def test_no_more_notebooks_are_held_than_processes_need(room):
    for number in range(12):
        room.hand_in(f"s{number:02}")
    ahead, out = [], 0

    def tasks():
        nonlocal out
        for path in sorted(room.submissions.iterdir()):
            out += 1
            ahead.append(out)
            yield Task(path.stem, path.name, path.read_bytes())

    with LocalPool(2, JUDGE) as pool:
        for grade in pool.grades(TERMS, "v", tasks()):
            assert isinstance(grade, Grade) and grade.version == "v"
            out -= 1
    assert len(ahead) == 12 and max(ahead) == 2


def test_nothing_to_grade_starts_no_process(monkeypatch):
    monkeypatch.setattr(LocalPool, "seat", None)
    with LocalPool(2, JUDGE) as pool:
        assert list(pool.grades(TERMS, "v", [])) == []


SCRIPT = """
import signal, sys
from pathlib import Path
from gm_ref.grading.run.classrun import Order, grade_class
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests may run where it is ignored
    submissions, out, workers, scheduler, judge = sys.argv[1:]
    more = {"level": "L1", "allow_level": "L1", "seed": 7, "judge": judge}
    order = Order(Path(submissions), "ddpm", Path(out), int(workers), scheduler, **more)
    sys.exit(grade_class(order, print, lambda text: print(text, file=sys.stderr)))
"""


def members(group):
    """Return the processes of a group that live."""
    alive = [p for p in psutil.process_iter(["status"]) if p.info["status"] != psutil.STATUS_ZOMBIE]
    return [p for p in alive if psutil.pid_exists(p.pid) and group_of(p.pid) == group]


def group_of(pid):
    """Return the group of a process, 0 if it has ended."""
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def gone(group):
    """Wait for the end of a group that has been told to end; say whether it came."""
    for _ in range(200):
        if not members(group):
            return True
        time.sleep(0.05)
    return False


def interrupted(room, deed, scheduler):
    """Grade in a process of its own, do the deed when a notebook is held; return exit code, errors, its group."""
    words = [room.submissions, room.out, "1", scheduler, JUDGE]
    script = room.folder / "run.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(script), *map(str, words)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True, env=environment, text=True) as run:
        assert held(room.folder / "hold", lambda: run.poll() is not None)
        while run.poll() is None and not records(room):  # on a cluster a grade may still be on its way
            time.sleep(0.02)
        deed(run.pid)
        errors = run.communicate()[1]
    return run.returncode, errors, run.pid


def control_c(pid):
    """Do what a terminal does: every process of the group hears it."""
    os.killpg(pid, signal.SIGINT)


def terminate(pid):
    """Do what a service manager does first."""
    os.kill(pid, signal.SIGTERM)


@pytest.mark.parametrize("scheduler", ["", "local"])
@pytest.mark.parametrize("deed", [control_c, terminate])
def test_an_interrupted_run_keeps_what_it_has_and_goes_on_later(room, deed, scheduler):
    room.hand_in("ana")
    room.hand_in("ben", hold=pipes(room.folder))
    room.hand_in("cy")
    code, errors, group = interrupted(room, deed, scheduler)
    assert code == 130 and "Traceback" not in errors
    assert errors.count("1 of 3 are graded.\nInterrupted: what is graded is kept in") == 1 and gone(group)
    assert records(room) == ["ana"] and "ana" in room.graded()
    room.hand_in("ben")
    assert "2 graded, 1 unchanged" in grade(room)[1] and room.graded() == ["ben", "cy"]


@pytest.fixture
def ctrl_c():
    """Let this process hear Ctrl-C, also where the tests run in a background that does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_waits_until_a_grade_is_written_and_counted(room, monkeypatch, ctrl_c, number):
    room.hand_in("ana")
    room.hand_in("ben")
    keep, handlers = classrun.Store.keep, [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]

    def keep_and_interrupt(store, *given):
        keep(store, *given)
        os.kill(os.getpid(), number)

    monkeypatch.setattr(classrun.Store, "keep", keep_and_interrupt)
    code, _, warned = grade(room, workers=1)
    assert code == 130 and warned.startswith("1 of 2 are graded.\nInterrupted") and len(records(room)) == 1
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == handlers


def test_an_ignored_interruption_stays_ignored(room, monkeypatch, ctrl_c):
    room.hand_in("ana")
    keep = classrun.Store.keep

    def keep_and_interrupt(store, *given):
        keep(store, *given)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(classrun.Store, "keep", keep_and_interrupt)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert grade(room, workers=1)[0] == 0 and signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_full_disk_keeps_what_was_written(room, monkeypatch):
    for name in ("ana", "ben", "cy"):
        room.hand_in(name)
    fsync, calls = os.fsync, []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInput, match=r"No space left on device.*grades already"):
        grade(room, workers=1)
    assert records(room) == ["ana", "ben"]
    monkeypatch.setattr(os, "fsync", fsync)
    room.graded()
    assert "1 graded, 2 unchanged" in grade(room)[1] and room.graded() == ["cy"]


def test_an_output_folder_without_permission(room, monkeypatch):
    def forbidden(*arguments, **options):
        raise PermissionError(errno.EACCES, "Permission denied", str(room.out))

    room.hand_in("ana")
    monkeypatch.setattr("pathlib.Path.mkdir", forbidden)
    with pytest.raises(BadInput, match="out cannot be used: Permission denied"):
        grade(room)


LEVELS = [
    ("", "", [], "L3"),
    ("", "", ["L3"], "L2"),
    ("", "L1", [], "L3"),
    ("", "L1", ["L2", "L3"], "L1"),
    ("L2", "", [], "L2"),
    ("L1", "L1", [], "L1"),
]
REFUSED = [
    ("", "", ["L2", "L3"], r"L2 is not possible here \(no L2\): add --allow-level L1"),
    ("L1", "", [], "L2, which is possible here, does: add --allow-level L1"),
    ("L1", "L2", [], "add --allow-level L1"),
    ("L2", "L1", ["L2", "L3"], "L2 is not possible here: no L2"),
    ("L7", "", [], "'L7' is not a level: choose one of L1, L2, L3"),
    ("", "yes", [], "'yes' is not a level"),
]


def chosen(room, level, allow, lacking):
    """Return the level chosen on a machine that lacks some."""
    wanted = order(room, level=level, allow_level=allow)
    return choose_level(wanted, lambda name: f"no {name}" if name in lacking else "")


@pytest.mark.parametrize("level, allow, lacking, best", LEVELS)
def test_the_best_level_is_chosen(room, level, allow, lacking, best):
    assert chosen(room, level, allow, lacking) == best


@pytest.mark.parametrize("level, allow, lacking, sentence", REFUSED)
def test_below_l2_needs_words(room, level, allow, lacking, sentence):
    with pytest.raises(BadInput, match=sentence):
        chosen(room, level, allow, lacking)


def test_bad_input_is_refused_in_a_sentence(room, monkeypatch):
    monkeypatch.setattr(levels, "why_not", lambda level: "")  # whatever this machine can do

    def said(folder=room.submissions, lesson="ddpm", out=room.out, *more):
        return refused("grade", folder, "--lesson", lesson, "--out", out, *more)

    assert "is not there" in said(room.folder / "nowhere") or "does not exist" in said(room.folder / "nowhere")
    assert "holds no notebooks" in said()
    assert "is not a lesson" in said(lesson="99_magic")
    room.hand_in("ana")
    assert "lies in the submissions" in said(out=room.submissions / "grades")
    (room.folder / "mine").mkdir()
    (room.folder / "mine" / "thesis.tex").touch()
    assert "'thesis.tex'" in said(out=room.folder / "mine")
    assert "cannot be read as a list of names" in said(room.submissions, "ddpm", room.out, "--roster", "/nowhere")
    assert "--allow-level L1" in said(room.submissions, "ddpm", room.out, "--level", "L1")
    assert not room.out.exists()


def test_bad_input_is_refused_without_torch(room):
    script = f"import sys\nsys.argv[1:] = ['grade', '{room.submissions}', '--lesson', 'ddpm', '--out', '{room.out}']\n"
    script += (
        "from gm_ref.cli import app\ntry:\n    app()\nfinally:\n    print(sorted({'torch', 'dask'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "[]\n") and "holds no notebooks" in done.stderr


def test_progress_lines_tell_the_time_left():
    stream, clock = StringIO(), iter(range(0, 10_000, 30))
    with progress.lines(progress.Pace(20, lambda: next(clock)), stream) as tell:
        for _ in range(20):
            tell(True)
    lines = stream.getvalue().splitlines()
    assert (
        len(lines) == 10
        and lines[0] == "2 of 20 done, about 4 min left"
        and lines[-1] == "20 of 20 done, about 0 s left"
    )
    assert [progress.in_words(s) for s in (89, 90, 5400)] == ["89 s", "2 min", "1.5 h"]


def test_the_time_left_does_not_count_what_an_earlier_run_has_done():
    stream, clock = StringIO(), iter(range(0, 10_000, 30))
    with progress.lines(progress.Pace(20, lambda: next(clock)), stream) as tell:
        for work in [False] * 10 + [True] * 10:
            tell(work)
    lines = stream.getvalue().splitlines()
    assert lines[:5] == [f"{n} of 20 done" for n in (2, 4, 6, 8, 10)]
    assert lines[5] == "12 of 20 done, about 2 min left"  # 30 s for two, so 8 will take 120 s


def test_progress_on_a_terminal_is_a_bar():
    class Terminal(StringIO):
        def isatty(self):
            return True

    stream = Terminal()
    with progress.progress(3, stream) as tell:
        for _ in range(3):
            tell(True)
    assert "3/3" in stream.getvalue() and "left" in stream.getvalue()
