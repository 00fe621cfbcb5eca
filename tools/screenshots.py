"""Takes the pictures of the READMEs from a running site with sample content (`make run`).

.venv/bin/python tools/screenshots.py [http://127.0.0.1:8000]
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from browser import find

FOLDER = Path(__file__).parents[1] / "docs" / "images"
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 1180}
PICTURES = {
    "home": ("", DESK),
    "vote": ("dialogues/sample-ties/vote", PHONE),
    "results": ("dialogues/sample-ties/results#map-title", PHONE),
}


def take(browser: Browser, site: str, language: str) -> None:
    for name, (page, window) in PICTURES.items():
        tab = browser.new_page(viewport=window)  # type: ignore[arg-type]
        tab.goto(f"{site}/{language}/{page}", wait_until="networkidle")
        # Two frames show the same layout; the first one after a load may be another.
        tab.locator("#main").element_handle().wait_for_element_state("stable")
        tab.screenshot(path=FOLDER / f"{name}-{language}.png")
        tab.close()


def main() -> None:
    site = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        for language in ("ja", "en"):
            take(browser, site, language)
        browser.close()


if __name__ == "__main__":
    main()
