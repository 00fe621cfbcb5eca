"""axe-core finds nothing on the catalogue of components, the first pages and the error pages."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page
from tests.browser.conftest import DESK, PHONE, Open, Scripts

pytestmark = pytest.mark.browser

_AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
_RUN = """async (skipped) => {
  const rules = Object.fromEntries(skipped.map((rule) => [rule, { enabled: false }]));
  const found = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    resultTypes: ["violations"],
    rules,
  });
  return found.violations.map((v) => ({ id: v.id, where: v.nodes.map((n) => n.html) }));
}"""
PAGES = ("/", "/styleguide", "/styleguide/question", "/terms", "/privacy", "/accessibility")
ERRORS = (403, 404, 409, 413, 422, 429, 500, 503)
PATHS = (*PAGES, *(f"/raise/{status}" for status in ERRORS))


async def violations(page: Page, *skipped: str) -> list[dict[str, Any]]:
    await page.evaluate(_AXE)
    found: list[dict[str, Any]] = await page.evaluate(_RUN, list(skipped))
    return found


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize(
    ("scripts", "paths"), [("run", PATHS), ("lost", PATHS)], ids=["scripts", "no-scripts"]
)
async def test_axe_finds_nothing(
    open_tab: Open, language: str, width: int, scripts: Scripts, paths: tuple[str, ...]
) -> None:
    visit = await open_tab(width=width, scripts=scripts)
    found = {}
    for path in paths:
        page = await visit.to(f"/{language}{path}")
        assert await page.get_attribute("html", "lang") == language
        found[path] = await violations(page)
    assert {path: each for path, each in found.items() if each} == {}
    assert visit.strangers == []
    assert visit.complaints == []


@pytest.mark.parametrize("path", ["/", "/styleguide", "/raise/404"])
async def test_axe_finds_nothing_with_forced_colours(open_tab: Open, path: str) -> None:
    visit = await open_tab(forced_colors="active")
    page = await visit.to(f"/ja{path}")
    assert await page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert await violations(page) == []


async def test_axe_finds_what_is_wrong(open_tab: Open) -> None:
    """The check itself is checked: a picture without words, and grey on grey."""
    page = await (await open_tab()).to("/ja/")
    await page.evaluate(
        """() => {
          const main = document.querySelector("main");
          main.append(document.createElement("img"));
          const pale = document.createElement("p");
          pale.textContent = "pale";
          pale.style.color = "#ccc";
          main.append(pale);
        }"""
    )
    assert {each["id"] for each in await violations(page)} >= {"image-alt", "color-contrast"}
