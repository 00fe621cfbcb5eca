"""Parts of a page that come after it: answers to forms sent by a script, what is loaded later."""

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import Open
from tests.browser.layout import settle

pytestmark = pytest.mark.browser

# A form that is sent by htmx, on a page that loads it, and one that js/parts.js sends.
_SENT_BY = {
    "htmx": (
        "/ja/programmes",
        """([status]) => {
          document.querySelector("#main").insertAdjacentHTML(
            "beforeend",
            `<form id="tried" hx-post="/ja/raise/${status}" hx-target="this" hx-swap="outerHTML">
               <button>送る</button></form>`,
          );
          htmx.process(document.querySelector("#tried"));
        }""",
    ),
    "parts": (
        "/ja/",
        """([status]) => document.querySelector("#main").insertAdjacentHTML(
          "beforeend",
          `<form id="tried" method="post" action="/ja/raise/${status}" data-swap="#tried">
             <button>送る</button></form>`,
        )""",
    ),
}
by_script = pytest.mark.parametrize("script", list(_SENT_BY))


async def page_with_form(open_tab: Open, script: str, status: int) -> Page:
    """A page with a form that the server refuses with this status."""
    path, add = _SENT_BY[script]
    page = await (await open_tab()).to(path)
    await page.evaluate(add, [status])
    return page


@by_script
async def test_a_refused_form_is_swapped_in_and_takes_the_focus(
    open_tab: Open, script: str
) -> None:
    page = await page_with_form(open_tab, script, 422)
    await page.get_by_role("button", name="送る").click()
    await expect(page.locator("#tried [data-error-summary]")).to_be_focused()


@by_script
@pytest.mark.parametrize("status", [403, 409, 429, 500, 503])
async def test_a_refusal_is_said_on_the_page_and_the_form_stays(
    open_tab: Open, status: int, script: str
) -> None:
    page = await page_with_form(open_tab, script, status)
    await page.get_by_role("button", name="送る").click()
    await expect(page.locator("#notices [role=alert]")).to_be_visible()
    await expect(page.get_by_role("button", name="送る")).to_be_visible()
    await expect(page.get_by_role("button", name="送る")).not_to_have_attribute("aria-busy", "true")


@by_script
@pytest.mark.parametrize("way", ["none", "proxy"])
async def test_a_lost_connection_is_said_on_the_page(open_tab: Open, script: str, way: str) -> None:
    """No answer at all, or one of a proxy that had none."""
    page = await page_with_form(open_tab, script, 422)
    await page.route(
        "**/raise/**",
        lambda route: route.abort() if way == "none" else route.fulfill(status=502, body="x"),
    )
    await page.get_by_role("button", name="送る").click()
    await expect(page.locator("#notices [role=alert]")).to_contain_text(
        "サーバーに届きませんでした"
    )
    await expect(page.get_by_role("button", name="送る")).to_be_visible()


async def test_a_form_under_way_is_not_sent_again(open_tab: Open) -> None:
    page = await page_with_form(open_tab, "parts", 409)
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    await page.evaluate(
        """() => {
          const button = document.querySelector("#tried button");
          button.click();
          button.click();
        }"""
    )
    await expect(page.locator("#notices [role=alert]")).to_be_visible()
    assert len(sent) == 1
    await page.get_by_role("button", name="送る").click()
    await expect(page.get_by_role("button", name="送る")).not_to_have_attribute("aria-busy", "true")
    assert len(sent) == 2


async def test_a_part_that_does_not_come_leaves_what_stands_in_its_place(open_tab: Open) -> None:
    visit = await open_tab()
    await visit.page.route("**/me/_navigation", lambda route: route.abort())
    page = await visit.to("/ja/")
    await settle(page)
    link = page.get_by_role("banner").get_by_role("link", name="ログイン・マイページ")
    await expect(link).to_be_visible()
    await expect(page.locator("#notices [role=alert]")).to_have_count(0)
