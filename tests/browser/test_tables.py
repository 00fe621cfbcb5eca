"""Tables of few columns on a phone: each row is a block, and screen readers still find a table."""

import pytest
from playwright.async_api import Locator, expect
from tests.browser.conftest import DESK, Open
from tests.browser.layout import resize, settle

pytestmark = pytest.mark.browser

NARROW = 360
# Language -> what the style guide calls its stacked table, its wide one, a row and a column.
WORDS = {
    "ja": ("操作の記録（見本）", "市区町村ごとの登録者（見本）", "12月1日", "件数"),
    "en": ("Audit trail (sample)", "Registrations by municipality", "1 December", "Number"),
}
_SCROLLS = """(it) => {
  const region = it.closest(".table-region");
  return region.scrollWidth > region.clientWidth;
}"""
_LABEL = "(it) => getComputedStyle(it, '::before').content"


async def scrolls(table: Locator) -> bool:
    found: bool = await table.evaluate(_SCROLLS)
    return found


@pytest.mark.parametrize("language", list(WORDS))
async def test_a_stacked_table_fits_a_phone_and_stays_a_table(
    open_tab: Open, language: str
) -> None:
    stacked, wide, day, header = WORDS[language]
    page = await (await open_tab(width=NARROW)).to(f"/{language}/styleguide")
    await settle(page)
    table = page.get_by_role("table", name=stacked)
    assert not await scrolls(table)
    assert await scrolls(page.get_by_role("table", name=wide))  # the form for many figures
    await expect(table.get_by_role("row")).to_have_count(3)
    cell = table.get_by_role("row", name=day).get_by_role("cell", name="120", exact=True)
    # The name of the column is shown; a screen reader has it from the header, not twice.
    assert await cell.evaluate(_LABEL) == f'"{header}" / ""'
    await expect(table).to_match_aria_snapshot(f"""
        - table:
          - caption: {stacked}
          - rowgroup:
            - row:
              - columnheader
              - columnheader
              - columnheader
              - columnheader "{header}"
              - columnheader
    """)
    await resize(page, DESK)
    assert await cell.evaluate(_LABEL) == "none"


async def test_letters_of_twice_the_size_fit_a_stacked_table(open_tab: Open) -> None:
    page = await (await open_tab(width=NARROW)).to("/ja/styleguide")
    await page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    await settle(page)
    assert not await scrolls(page.get_by_role("table", name=WORDS["ja"][0]))
