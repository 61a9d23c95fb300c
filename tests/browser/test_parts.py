"""A learner's page: a prediction comes back beside its result, figures are folded, hints locked."""

import json
import re
import shutil
from pathlib import Path

import pytest

from gm_ref.course.excerpt import definition
from gm_ref.course.paths import ROOT, Rooms
from gm_ref.syllabus import find_lesson

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SHOTS = ROOT / "screenshots"
LESSON = find_lesson("start")
EXERCISE = LESSON.exercises[0].name
GUESS = "The flat one, I think."
RENDERED = re.compile("jp-mod-rendered")
CAPTION = "equal areas, so the narrow one must be high"

pytest.importorskip("playwright", reason="playwright is not installed: make test-browser installs it")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: make test-browser installs it"),
]


def test_a_prediction_its_result_and_its_figure(tmp_path: Path) -> None:
    from playwright.sync_api import expect

    from tests.browser.driver import FIRST_CELL_MS, Learner, browser_page
    from tests.browser.server import lab_server

    work, home = tmp_path / "work", tmp_path / "home"
    home.mkdir()
    with lab_server(work, home) as address, browser_page(CHROMIUM, tmp_path / "profile") as page:
        learner = Learner(page, address)
        learner.open(f"{LESSON.id}.ipynb")
        learner.run(learner.cell("from collections.abc import Callable"), wait=FIRST_CELL_MS)
        learner.rewrite(learner.cell(f"def {EXERCISE}("), definition(Rooms(LESSON).answers, EXERCISE))
        learner.run(learner.cell(f"def {EXERCISE}("))

        prediction = learner.cell('predict("peak"')
        learner.rewrite(prediction, f'predict("peak", r"""\n{GUESS}\n""")')
        learner.run(prediction)
        expect(prediction).to_contain_text("Your prediction is kept")

        figure = learner.cell("# Figure: three densities")
        assert CAPTION not in figure.inner_text() and "caption=" not in figure.inner_text()
        result = learner.cell('predicted("peak")')
        learner.run(result)
        expect(result.locator(".jp-OutputArea")).to_contain_text(f"You predicted: {GUESS}")
        expect(result.locator(".jp-OutputArea")).to_contain_text("log-density at the peak")
        page.keyboard.press("Shift+Enter")  # the cell below is chosen: the figure's, folded as it is
        expect(figure.locator("img")).to_be_visible()
        expect(figure).to_contain_text(CAPTION)
        assert "caption=" not in figure.inner_text(), "the code stays folded"
        SHOTS.mkdir(exist_ok=True)
        result.scroll_into_view_if_needed()
        page.screenshot(path=SHOTS / "prediction.png")

        hint = page.locator(".jp-MarkdownCell", has_text="Hint 1: a nudge").first
        hint.locator("summary").last.dblclick()
        expect(hint).to_have_class(RENDERED)
        page.keyboard.press("Enter")
        expect(hint).to_have_class(RENDERED)
        learner.save()
    sources = ["".join(c["source"]) for c in json.loads((work / f"{LESSON.id}.ipynb").read_text("utf-8"))["cells"]]
    assert any(GUESS in source for source in sources), "the prediction is in the notebook"
