"""What the table of the course is made of: a row for each lesson, and one for each of its exercises."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Exercise:
    """One function a learner writes: points for the grade, minutes to expect, difficulty 1 to 3, what it may call.

    uses names the exercises it may call: NAME of the same lesson, STEM.NAME of an earlier one.
    """

    name: str
    points: int
    minutes: int
    difficulty: int
    uses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """One notebook; minutes is what its computing takes on two CPU cores, all in all; about is its line in the map."""

    number: int
    stem: str
    family: str
    title: str
    minutes: int
    exercises: tuple[Exercise, ...]
    about: str = ""

    @property
    def id(self) -> str:
        """Return the lesson's name in file names and on the command line, such as 31_ddpm."""
        return f"{self.number:02d}_{self.stem}"
