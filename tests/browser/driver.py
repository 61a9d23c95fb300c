"""A learner's hands and eyes: open a lesson in JupyterLab, run a cell, rewrite a cell, read what it says."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.browser.server import TOKEN

FIRST_CELL_MS = 120_000  # a kernel starts and imports torch, on a machine that may be busy
CELL_MS = 30_000
PRESS_MS = 5_000  # a page that is still being drawn may lose a key
TRIES = 6
HAS_RUN = re.compile(r"\[\d+\]")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def browser_page(chromium: str, profile: Path, size: tuple[int, int] = (1280, 1000)) -> Iterator[Page]:
    """Yield an empty page of a headless chromium with a fresh profile."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=chromium,
            headless=True,
            args=ARGUMENTS,
            viewport={"width": size[0], "height": size[1]},
        )
        try:
            yield context.pages[0] if context.pages else context.new_page()
        finally:
            context.close()


class Learner:
    """One lesson open in JupyterLab, handled the way a person does: by click and keyboard."""

    def __init__(self, page: Page, address: str):
        self.page, self.address = page, address
        page.set_default_timeout(CELL_MS)
        expect.set_options(timeout=CELL_MS)
        choose = page.locator(".jp-Dialog", has_text="Select Kernel")
        page.add_locator_handler(choose, lambda: choose.locator("button.jp-mod-accept").click())

    def open(self, notebook: str) -> None:
        """Open a notebook and wait for its kernel."""
        self.page.goto(f"{self.address}/lab/tree/{notebook}?token={TOKEN}", timeout=FIRST_CELL_MS)
        self.wait_for_kernel()

    def reload(self) -> None:
        """Load the page anew, as after a closed laptop."""
        self.page.reload(timeout=FIRST_CELL_MS)
        self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Wait until the notebook is drawn and its kernel idle."""
        expect(self.page.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible(timeout=FIRST_CELL_MS)
        status = self.page.locator(".jp-NotebookPanel .jp-Notebook-ExecutionIndicator")
        expect(status).to_have_attribute("data-status", "idle", timeout=FIRST_CELL_MS)

    def cell(self, text: str) -> Locator:
        """Return the first code cell that contains the text."""
        return self.page.locator(".jp-Notebook .jp-CodeCell", has_text=text).first

    def run(self, cell: Locator, wait: int = CELL_MS) -> None:
        """Run a cell with Shift+Enter and wait until it has run; like a person, press again if nothing happened."""
        prompt = cell.locator(".jp-InputPrompt").first
        before = prompt.inner_text()
        for _ in range(TRIES):
            cell.locator(".cm-content").click()
            self.page.keyboard.press("Shift+Enter")
            try:
                expect(prompt).not_to_have_text(before, timeout=PRESS_MS)
                break
            except AssertionError:
                continue
        expect(prompt).to_have_text(HAS_RUN, timeout=wait)

    def rewrite(self, cell: Locator, text: str) -> None:
        """Replace a cell's text."""
        cell.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(text)

    def save(self) -> None:
        """Save with Ctrl+S and wait until the tab shows no unsaved change."""
        self.page.keyboard.press("ControlOrMeta+S")
        expect(self.page.locator(".lm-DockPanel-tabBar .jp-mod-dirty")).to_have_count(0, timeout=CELL_MS)

    def text(self) -> str:
        """Return all that stands on the page."""
        return self.page.locator(".jp-Notebook").inner_text()
