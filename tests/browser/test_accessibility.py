"""axe-core finds nothing on the catalogue of components, the first pages and the error pages."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page
from tests.browser.conftest import DESK, PHONE, Open, Scripts
from tests.browser.layout import settle
from tests.consultations.build import make_dialogue

pytestmark = pytest.mark.browser

_AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
_RUN = """async (skipped) => {
  const rules = Object.fromEntries(skipped.map((rule) => [rule, { enabled: false }]));
  const found = await axe.run(document, {
    preload: false, // only for rules of sound and of style sheets elsewhere: we have neither
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
    """What axe finds once the page has settled."""
    await settle(page)
    await page.evaluate(_AXE)
    found: list[dict[str, Any]] = await page.evaluate(_RUN, list(skipped))
    return found


def every_way() -> list[Any]:
    """Language, width, scripts: each pair of them in four walks; the other four take long."""
    soak = pytest.mark.soak
    return [
        pytest.param("ja", PHONE, "run", id="ja-390"),
        pytest.param("en", DESK, "run", id="en-1280"),
        pytest.param("en", PHONE, "lost", id="en-390-no-scripts"),
        pytest.param("ja", DESK, "lost", id="ja-1280-no-scripts"),
        pytest.param("en", PHONE, "run", id="en-390", marks=soak),
        pytest.param("ja", DESK, "run", id="ja-1280", marks=soak),
        pytest.param("ja", PHONE, "lost", id="ja-390-no-scripts", marks=soak),
        pytest.param("en", DESK, "lost", id="en-1280-no-scripts", marks=soak),
    ]


@pytest.mark.parametrize(("language", "width", "scripts"), every_way())
async def test_axe_finds_nothing(
    open_tab: Open, language: str, width: int, scripts: Scripts
) -> None:
    visit = await open_tab(width=width, scripts=scripts)
    found = {}
    for path in PATHS:
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


async def test_the_word_about_sample_content_has_its_place_among_the_landmarks(
    own_database: None, open_tab: Open
) -> None:
    await make_dialogue(is_sample=True)
    page = await (await open_tab(width=PHONE)).to("/ja/")
    assert await page.locator(".sample-strip").is_visible()
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
