"""The page a learner sees, in a real browser: fail, make a known mistake, read its name, mend it, lose nothing."""

import re
import shutil
from pathlib import Path

import pytest

from gm_ref.course.excerpt import definition
from gm_ref.course.paths import ROOT, Rooms
from gm_ref.mistakes.core import bank
from gm_ref.syllabus import find_lesson

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SHOTS = ROOT / "screenshots"
LESSON = find_lesson("ddpm")
EXERCISE = LESSON.exercises[0].name
MISTAKE = next(m for m in bank("ddpm") if m.id == "linear_scaled_inversely")
RIGHT = definition(Rooms(LESSON).answers, EXERCISE)
WRONG = RIGHT.replace("* 1000 / T", "* T / 1000")

pytest.importorskip("playwright", reason="playwright is not installed: make test-browser installs it")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: make test-browser installs it"),
]


def test_the_wrong_answer_is_wrong():
    assert WRONG != RIGHT


def test_a_learners_first_minutes(tmp_path: Path) -> None:
    from playwright.sync_api import expect

    from tests.browser.driver import FIRST_CELL_MS, Learner, browser_page
    from tests.browser.server import lab_server

    work, home = tmp_path / "work", tmp_path / "home"
    home.mkdir()
    with lab_server(work, home) as address, browser_page(CHROMIUM, tmp_path / "profile") as page:
        learner = Learner(page, address)
        learner.open(f"{LESSON.id}.ipynb")
        learner.run(learner.cell("from collections.abc import Callable"), wait=FIRST_CELL_MS)
        exercise, check = learner.cell(f"def {EXERCISE}("), learner.cell(f"check_{EXERCISE}({EXERCISE})")

        def verdict(text: str) -> None:
            learner.run(exercise)
            learner.run(check)
            expect(check.locator(".gm-ref-verdict")).to_contain_text(text)

        verdict(f"{EXERCISE}: not written yet")
        learner.rewrite(exercise, WRONG)
        verdict(f"{EXERCISE}: a known mistake: {MISTAKE.name}")
        expect(check.locator(".gm-ref-verdict")).to_contain_text(MISTAKE.cure[:60])
        SHOTS.mkdir(exist_ok=True)
        check.scroll_into_view_if_needed()
        page.screenshot(path=SHOTS / "named_mistake.png")

        learner.rewrite(exercise, RIGHT)
        verdict(f"{EXERCISE}: right")
        page.screenshot(path=SHOTS / "right.png")
        assert "Traceback" not in learner.text()
        expect(page.get_by_text("Jupyter news")).to_have_count(0)

        learner.save()
        learner.reload()
        expect(learner.cell(f"def {EXERCISE}(")).to_contain_text("linspace")
    saved = (work / f"{LESSON.id}.ipynb").read_text("utf-8")
    assert re.search(r"torch\.linspace", saved), "what the learner typed is on disk"
