"""Take the pictures of the README: every page as it opens, from the running app.

``python -m tests.pictures`` writes ``docs/pictures/<page>.png``, 1280 x 800.
"""

from pathlib import Path

from playwright.sync_api import sync_playwright

from pages import PAGES
from tests.browser.conftest import CHROMIUM, FLAGS, ROOT, new_tab, serving, settle

FOLDER = Path("docs") / "pictures"
SIZE = {"width": 1280, "height": 800}


def main() -> None:
    """Open every page in a fresh browser and save what is on its first screen."""
    (ROOT / FOLDER).mkdir(parents=True, exist_ok=True)
    with serving(ROOT / "app.py") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in PAGES:
            page = new_tab(browser, viewport=SIZE)
            page.goto(f"{address}/{name}")
            page.wait_for_selector(".live-figure[data-answers]")
            settle(page)
            page.screenshot(path=ROOT / FOLDER / f"{name}.png")
            page.context.close()


if __name__ == "__main__":
    main()
