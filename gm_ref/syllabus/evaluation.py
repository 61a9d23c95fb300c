"""Lessons on how to compare models of all families."""

from gm_ref.syllabus.rows import Lesson

LESSONS: tuple[Lesson, ...] = ()
