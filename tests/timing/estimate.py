"""What the whole course will cost to prove, from what it costs now: each part grows with lessons, exercises, or not."""

from dataclasses import dataclass

from gm_ref.syllabus import LESSONS

CORES = 2
LESSONS_AT_THE_END, EXERCISES_AT_THE_END = 19, 150
MINUTES = 40  # of `make test` with all lessons, on two cores that do nothing else
NOTEBOOK_SECONDS = 180  # of CPU on one thread
LONG_NOTEBOOKS = {16: 300, 35: 300}  # by number: StyleGAN and latent diffusion train longer
# What a part of the tests grows with; all others stay as they are.
BY_LESSON = (
    "lint",
    "fresh",
    "collecting tests",
    "tests/course",
    "tests/laws",
    *(f"tests/{lesson.family}" for lesson in LESSONS),
)
BY_EXERCISE = ("tests/checks", "tests/grading/test_remote.py", "tests/grading/test_judge.py")


@dataclass(frozen=True)
class Part:
    """A part of `make test`: its CPU seconds now, how often as much it will be, and what it grows with."""

    name: str
    seconds: float
    growth: float
    by: str

    @property
    def later(self):
        """The CPU seconds at the end."""
        return self.seconds * self.growth


def limit_of(lesson):
    """Return the CPU seconds that a lesson's solved notebook may take."""
    return LONG_NOTEBOOKS.get(lesson.number, NOTEBOOK_SECONDS)


def parts(times):
    """Return the parts of what was measured, {"notebooks": ..., "tests": ...}, in the order of the file."""
    lessons = LESSONS_AT_THE_END / len(LESSONS)
    exercises = EXERCISES_AT_THE_END / sum(len(lesson.exercises) for lesson in LESSONS)
    kinds = {**dict.fromkeys(BY_LESSON, (lessons, "lessons")), **dict.fromkeys(BY_EXERCISE, (exercises, "exercises"))}
    found = [Part(name, seconds, *kinds.get(name, (1.0, "nothing"))) for name, seconds in times["tests"].items()]
    return [*found, notebooks(times["notebooks"])]


def notebooks(measured):
    """Return the part of the notebooks: those to come take what the present ones take on average, the long ones 300."""
    now = sum(measured.values())
    to_come = LESSONS_AT_THE_END - len(measured)
    long = [limit for number, limit in LONG_NOTEBOOKS.items() if number not in {lesson.number for lesson in LESSONS}]
    mean = now / max(len(measured), 1)
    later = now + sum(long) + (to_come - len(long)) * mean
    return Part("notebooks", now, later / now if now else 1.0, "lessons")


def minutes(found):
    """Return the minutes of `make test` at the end, with all cores busy."""
    return sum(part.later for part in found) / CORES / 60
