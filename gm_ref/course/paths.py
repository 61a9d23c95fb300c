"""Where everything of a lesson lives.  One stem is its name in every room."""

from dataclasses import dataclass
from pathlib import Path

from gm_ref.syllabus import Lesson

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Rooms:
    """The files of one lesson, under a root folder."""

    lesson: Lesson
    root: Path = ROOT

    @property
    def source(self) -> Path:
        """The one file an author edits."""
        return self.root / "solutions" / f"{self.lesson.id}.py"

    @property
    def learner(self) -> Path:
        """The built notebook a learner opens."""
        return self.root / "notebooks" / f"{self.lesson.id}.ipynb"

    @property
    def solved(self) -> Path:
        """The built notebook with answers and outputs."""
        return self.root / "solutions" / f"{self.lesson.id}.ipynb"

    @property
    def answers(self) -> Path:
        """The reference."""
        return self.root / "gm_ref" / self.lesson.family / f"{self.lesson.stem}.py"

    @property
    def checks(self) -> Path:
        """The folder of checks, a file for each exercise."""
        return self.root / "gm_ref" / "checks" / self.lesson.stem

    @property
    def mistakes(self) -> Path:
        """The folder of named mistakes, a file for each exercise."""
        return self.root / "gm_ref" / "mistakes" / self.lesson.stem

    @property
    def alternatives(self) -> Path:
        """The folder of unusual right answers, a file for each exercise."""
        return self.root / "tests" / "checks" / "alternatives" / self.lesson.stem

    @property
    def probes(self) -> Path:
        """The networks and functions that checks hand to a learner's code; a lesson may have none."""
        return self.root / "gm_ref" / "kit" / "probes" / f"{self.lesson.stem}.py"

    @property
    def frozen(self) -> Path:
        """The frozen diagnoses and hints."""
        return self.root / "gm_ref" / "checks" / "frozen" / f"{self.lesson.stem}.json"

    @property
    def readings(self) -> Path:
        """What first-order changes of the references compute."""
        return self.root / "gm_ref" / "checks" / "frozen" / "readings" / f"{self.lesson.stem}.json"

    @property
    def tests(self) -> Path:
        """The tests of the reference."""
        return self.root / "tests" / self.lesson.family / f"test_{self.lesson.stem}.py"
