"""Find the check and the reference of an exercise; nothing is imported before somebody asks."""

from importlib import import_module


def check_of(lesson, name):
    """Return the check of an exercise."""
    return getattr(import_module(f"gm_ref.checks.{lesson.stem}"), f"check_{name}")


def reference_of(lesson, name):
    """Return the reference of an exercise."""
    return getattr(import_module(f"gm_ref.{lesson.family}.{lesson.stem}"), name)
