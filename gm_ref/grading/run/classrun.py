"""Grade a class: find the notebooks, hand what is new or changed to a pool, keep each grade, write results."""

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import FrameType

from gm_ref.desk import BadInput
from gm_ref.grading.judging.record import LEVELS, Grade, Terms
from gm_ref.grading.run.cluster import DaskPool
from gm_ref.grading.run.pools import JUDGE, LocalPool, Task
from gm_ref.grading.run.progress import progress
from gm_ref.grading.run.store import Store
from gm_ref.grading.run.version import version_of
from gm_ref.grading.who.naming import one_line
from gm_ref.grading.who.roster import Found, absent, find_submissions, read_bytes, unusable
from gm_ref.syllabus import Lesson, find_lesson

ALL, SOME_NOT, BAD, INTERRUPTED = 0, 1, 2, 130  # exit codes
TOP = 3  # mistakes in the summary
WORTH = 25  # submissions that take about as long as a process takes to start


@dataclass(frozen=True)
class Order:
    """What a teacher asks for: the options of gm-ref grade; judge is the dotted name of the class that grades."""

    submissions: Path
    lesson: str
    out: Path
    workers: int = 2
    scheduler: str = ""
    level: str = ""
    allow_level: str = ""
    seed: int | None = None
    timeout: float = 10.0
    roster: Path | None = None
    judge: str = JUDGE

    def pool(self, submissions: int) -> LocalPool | DaskPool:
        """Return the pool that is asked for, not entered yet; few submissions are not worth a second process."""
        if self.scheduler:
            return DaskPool(self.scheduler, self.workers, self.judge)
        return LocalPool(min(self.workers, 1 + submissions // WORTH), self.judge)


@dataclass
class Run:
    """A class run at work: what was found, where grades are kept, those so far, and whose are an earlier run's."""

    found: list[Found]
    store: Store
    terms: Terms
    version: str
    grades: dict[str, Grade] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)

    def go(self, pool: LocalPool | DaskPool, warn: Callable[[str], None]) -> None:
        """Grade what is to grade; whatever ends this early, the grades so far are in the store."""
        try:
            with progress(len(self.found)) as tell:
                for grade in pool.grades(self.terms, self.version, self.tasks(tell)):
                    self.keep(grade)
                    tell(True)
        finally:
            if len(self.grades) < len(self.found):
                warn(f"{len(self.grades)} of {len(self.found)} are graded.")

    def tasks(self, tell: Callable[[bool], None]) -> Iterator[Task]:
        """Yield the submissions to grade, each read when it is asked for; settle those that need no judge."""
        for found in self.found:
            try:
                notebook = read_bytes(found)
            except BadInput as problem:
                self.keep(unusable(found, self.terms, str(problem), self.version))
                tell(False)
                continue
            kept = self.store.kept(found.student, sha256(notebook).hexdigest(), self.terms, self.version)
            if kept:
                self.grades[found.student] = replace(kept, file=found.file)
                self.unchanged.add(found.student)
                tell(False)
            else:
                yield Task(found.student, found.file, notebook)

    def keep(self, grade: Grade) -> None:
        """Write a grade down before it counts; an interruption waits for both."""
        with unbroken():
            self.store.keep(grade, self.terms)
            self.grades[grade.student] = grade

    def in_order(self) -> list[Grade]:
        """Return the grades in the order of the students."""
        return [self.grades[found.student] for found in self.found if found.student in self.grades]


def grade_class(order: Order, say: Callable[[str], None], warn: Callable[[str], None]) -> int:
    """Grade a folder of submissions as ordered, and return the exit code; say and warn hear what a person should.

    0: all notebooks were graded, whatever their points.  1: some could not be used; each is named.  130: interrupted;
    what is graded is kept.  BadInput: what was given cannot be used, or the disk is full; what is graded is kept, too.
    """
    try:
        lesson = find_lesson(order.lesson)
    except ValueError as error:
        raise BadInput(str(error)) from None
    found = find_submissions(order.submissions, lesson)
    missing = absent(order.roster, found) if order.roster else []
    store = Store(order.out, lesson.id, order.submissions)
    try:
        with heeded(), order.pool(len(found)) as pool:
            level = choose_level(order, pool.why_not)
            with store:
                terms = Terms(lesson.id, store.seed(order.seed), level, order.timeout)
                run = Run(found, store, terms, version_of(lesson.id))
                introduce(terms, say)
                run.go(pool, warn)
                return finish(run, order, tuple(missing), (say, warn))
    except KeyboardInterrupt:
        warn(f"Interrupted: what is graded is kept in {order.out}; give the same command again to go on from there.")
        return INTERRUPTED


@contextmanager
def heeded() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def unbroken() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait until this block is done; those that are ignored stay ignored."""
    heard: list[int] = []
    felt = [n for n in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) is not signal.SIG_IGN]
    before = {n: signal.signal(n, lambda number, _: heard.append(number)) for n in felt}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if heard:
        raise KeyboardInterrupt


def choose_level(order: Order, why_not: Callable[[str], str]) -> str:
    """Return the level to grade at: the one asked for, else the best; BadInput below L2 unless that was allowed."""
    unknown = [level for level in (order.level, order.allow_level) if level not in ("", *LEVELS)]
    if unknown:
        raise BadInput(f"{unknown[0]!r} is not a level: choose one of {', '.join(LEVELS)}.")
    if order.level:
        reason = why_not(order.level)
        if reason:
            raise BadInput(f"{order.level} is not possible here: {reason}.")
    level = order.level or next(level for level in reversed(LEVELS) if not why_not(level))
    if level < "L2" and order.allow_level != level:
        reason = why_not("L2")
        because = f"L2 is not possible here ({reason})" if reason else "L2, which is possible here, does"
        advice = f"add --allow-level {level} if you trust your class"
        raise BadInput(f"{level} does not hold a hostile notebook off, and {because}: {advice}.")
    return level


def introduce(terms: Terms, say: Callable[[str], None]) -> None:
    """Say the terms of the run, and at which points its level is known to be open."""
    from gm_ref.grading.sandbox import levels

    say(f"{terms.lesson} at level {terms.level}, seed {terms.fingerprint}")
    if levels.GAPS[terms.level]:
        say(f"Known gaps at {terms.level}: {', '.join(levels.GAPS[terms.level])}")


def finish(run: Run, order: Order, missing: tuple[str, ...], voices: tuple[Callable[[str], None], ...]) -> int:
    """Write the results, say what came out, and return the exit code."""
    from gm_ref.grading.out.pages import is_unusable
    from gm_ref.grading.out.results import Cover, write_all
    from gm_ref.grading.sandbox import levels

    (say, warn), terms, grades = voices, run.terms, run.in_order()
    meaning, gaps = levels.MEANING[terms.level], levels.GAPS[terms.level]
    today = date.today().isoformat()
    write_all(grades, order.out, Cover(terms.lesson, terms.level, terms.fingerprint, today, meaning, gaps, missing))
    unused = [grade for grade in grades if is_unusable(grade)]
    for grade in unused:
        warn(f"{grade.student}: {' '.join(map(one_line, grade.notes))}")
    for name in missing:
        warn(f"{name}: nothing handed in.")
    for sentence in summary(run, [grade for grade in grades if grade not in unused], len(unused)):
        say(sentence)
    say(f"See {order.out / 'class.html'}")
    return SOME_NOT if unused else ALL


def summary(run: Run, usable: list[Grade], unused: int) -> Iterator[str]:
    """Yield what came out of a run: counts, the mean, and the most frequent mistakes by name."""
    unchanged = sum(grade.student in run.unchanged for grade in usable)
    yield f"{len(usable) - unchanged} graded, {unchanged} unchanged, {unused} could not be used."
    if usable:
        mean = sum(grade.points for grade in usable) / len(usable)
        yield f"Mean {mean:.1f} of {usable[0].out_of} points."
    for words, count in frequent(usable, find_lesson(run.terms.lesson)):
        yield f"{count} of {len(usable)}: {words}"


def frequent(usable: list[Grade], lesson: Lesson) -> list[tuple[str, int]]:
    """Return the most frequent mistakes as exercise and name, with the number of students who made each."""
    from gm_ref.grading.out.pages import mistakes_of, title

    counts = Counter({(e.name, id): n for e in lesson.exercises for id, n in mistakes_of(usable, e.name).items()})
    return [(f"{exercise}: {title(lesson, exercise, id)}", n) for (exercise, id), n in counts.most_common(TOP)]
