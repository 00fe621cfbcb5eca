"""What a person does with keys, without scripts, enlarged, and when the server refuses."""

from typing import Any

import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import ORIGIN, PHONE, Open
from tests.browser.layout import settle
from tests.browser.test_accessibility import PAGES

from enishi.kit import line_breaks

pytestmark = pytest.mark.browser

THEMES = {"ja": "テーマの一覧", "en": "Themes"}


async def overflow(page: Page) -> list[str]:
    """What sticks out of the window sideways, outside of regions that scroll by themselves."""
    await settle(page)
    found: list[str] = await page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.body.querySelectorAll("*")]
            .filter((e) => e.getBoundingClientRect().right > width + 1)
            .map((e) => e.outerHTML.slice(0, 120));
        }"""
    )
    return found


@pytest.mark.parametrize("language", ["ja", "en"])
# 640: a desk's 1280 pixels at 200 %. 320: the same at 400 %, and the narrowest phone.
@pytest.mark.parametrize("width", [640, 320])
async def test_nothing_sticks_out_of_an_enlarged_page(
    open_tab: Open, language: str, width: int
) -> None:
    visit = await open_tab(width=width)
    for path in (*PAGES, "/raise/503"):
        page = await visit.to(f"/{language}{path}")
        assert await overflow(page) == [], path


async def test_text_of_twice_the_size_fits(open_tab: Open) -> None:
    page = await (await open_tab()).to("/ja/styleguide")
    await page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert await overflow(page) == []


async def test_what_sticks_out_is_noticed(open_tab: Open) -> None:
    page = await (await open_tab(width=PHONE)).to("/ja/")
    await page.evaluate(
        """() => {
          const wide = document.createElement("div");
          wide.style.width = "500px";
          wide.style.height = "10px"; // what has no area sticks out of nothing
          wide.id = "wide";
          document.querySelector("main").append(wide);
        }"""
    )
    assert any('id="wide"' in each for each in await overflow(page))


async def test_a_page_is_measured_once_its_layout_has_settled(open_tab: Open) -> None:
    """The check itself is checked: a header that grows with each of the next 20 frames."""
    page = await (await open_tab()).to("/ja/")
    top = await top_of_main(page)
    await page.evaluate(
        """() => {
          let height = 0;
          const grow = () => {
            height += 5;
            document.querySelector("header").style.marginBottom = `${height}px`;
            if (height < 100) requestAnimationFrame(grow);
          };
          grow();
        }"""
    )
    assert await top_of_main(page) == top + 100


async def test_the_first_tab_leads_past_the_header(open_tab: Open) -> None:
    page = await (await open_tab()).to("/ja/")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip-link")).to_be_focused()
    await expect(page.locator(".skip-link")).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator("#main")).to_be_focused()


async def top_of_main(page: Page) -> float:
    await settle(page)
    return (await page.locator("main").bounding_box() or {"y": 0})["y"]


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_on_a_phone_the_menu_opens_by_key_without_scripts(
    open_tab: Open, language: str
) -> None:
    """Closed it is one row, and what is in it is out of reach; open it pushes the page down."""
    page = await (await open_tab(width=PHONE, scripts="off")).to(f"/{language}/")
    menu = page.get_by_role("navigation").locator("summary")
    link = page.get_by_role("banner").get_by_role("link", name=THEMES[language], exact=True)
    await expect(link).to_be_hidden()
    for _ in range(4):  # past the skip link, the name and the other language
        await page.keyboard.press("Tab")
    await expect(menu).to_be_focused()
    top = await top_of_main(page)
    assert top < 200
    await page.keyboard.press("Enter")
    await expect(link).to_be_in_viewport()
    assert await top_of_main(page) > top + 200
    for _ in range(4):
        await page.keyboard.press("Tab")
    await expect(link).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{ORIGIN}/{language}/themes")


async def test_every_stop_of_the_keyboard_shows_where_it_is(open_tab: Open) -> None:
    page = await (await open_tab()).to("/ja/")
    seen = 0
    while True:
        await page.keyboard.press("Tab")
        outline: dict[str, Any] = await page.evaluate(
            """() => {
              const e = document.activeElement;
              // The link of a card shows its focus around the whole card.
              const s = getComputedStyle(e.matches(".card__link") ? e.closest(".card") : e);
              return { on: e.tagName, style: s.outlineStyle, width: parseFloat(s.outlineWidth) };
            }"""
        )
        if outline["on"] == "BODY":
            break
        assert outline["style"] == "solid", outline
        assert outline["width"] >= 2, outline
        seen += 1
    assert seen >= 6


async def test_the_language_switch_leads_to_the_same_page(open_tab: Open) -> None:
    page = await (await open_tab()).to("/ja/privacy?from=mail")
    await page.get_by_role("link", name="English").click()
    assert page.url == f"{ORIGIN}/en/privacy?from=mail"
    await expect(page.locator("h1")).to_have_text("Privacy notice")


async def test_a_dialog_opens_closes_and_gives_the_focus_back(open_tab: Open) -> None:
    page = await (await open_tab()).to("/ja/styleguide")
    opener = page.get_by_role("link", name="登録をやめる")
    await opener.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="登録をやめますか")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).not_to_be_visible()
    await expect(opener).to_be_focused()


async def test_without_scripts_a_dialog_is_a_page(open_tab: Open) -> None:
    page = await (await open_tab(scripts="off")).to("/ja/styleguide")
    await page.get_by_role("link", name="登録をやめる").click()
    await expect(page).to_have_url(f"{ORIGIN}/ja/styleguide/question")
    await expect(page.locator("h1")).to_have_text("登録をやめますか")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "あと140文字入力できます"),
        ("葛\U000e0100城と👨‍👩‍👧", "あと136文字入力できます"),  # a variant sign, a joined family
        ("が" * 141, "1文字超えています"),
    ],
)
async def test_the_counter_counts_what_people_see(open_tab: Open, typed: str, told: str) -> None:
    page = await (await open_tab()).to("/ja/styleguide")
    await page.fill("#f-sample-text", typed)
    await expect(page.locator("#c-sample-text")).to_have_text(told)


async def test_a_mail_address_is_sent_as_it_was_typed(open_tab: Open) -> None:
    """A field of type `email` would send straße.test as strasse.test, another's domain."""
    page = await (await open_tab()).to("/ja/sign-in")
    for typed in ("taro@straße.test", "taro@日本語.test", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ"):
        await page.fill("#f-address", typed)
        assert await page.input_value("#f-address") == typed


async def test_whoever_is_refused_is_taken_to_the_errors(open_tab: Open) -> None:
    page = await (await open_tab()).to("/ja/styleguide")
    await expect(page.locator("[data-error-summary]")).to_be_focused()
    await page.get_by_role("link", name="お名前を入力してください。").click()
    await expect(page.get_by_label("お名前")).to_be_focused()


async def test_the_policy_stops_inline_styles_and_scripts(open_tab: Open) -> None:
    """A negative control: what no template may hold would not work if one held it."""
    visit = await open_tab()
    page = await visit.to("/ja/")
    await page.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend", '<p id="x" style="color: red">x</p>');
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
        }"""
    )
    assert await page.evaluate("window.ran") is None
    colour = await page.evaluate("getComputedStyle(document.querySelector('#x')).color")
    assert colour != "rgb(255, 0, 0)"
    assert len(visit.complaints) == 2


async def test_a_japanese_title_breaks_between_phrases_only(open_tab: Open) -> None:
    page = await (await open_tab(width=320)).to("/ja/")
    await settle(page)
    lines: list[str] = await page.evaluate(
        """() => {
          const lines = [];
          const walker = document.createTreeWalker(
            document.querySelector("h1"), NodeFilter.SHOW_TEXT);
          let top = null;
          while (walker.nextNode()) {
            for (const [i, letter] of [...walker.currentNode.data].entries()) {
              const range = document.createRange();
              range.setStart(walker.currentNode, i);
              range.setEnd(walker.currentNode, i + 1);
              const here = range.getBoundingClientRect().top;
              if (top === null || Math.abs(here - top) > 5) lines.push("");
              top = here;
              lines[lines.length - 1] += letter;
            }
          }
          return lines;
        }"""
    )
    assert len(lines) > 1

    ends = {"".join(lines[: i + 1]) for i in range(len(lines))}
    words = line_breaks.split("".join(lines))
    assert ends <= {"".join(words[: i + 1]) for i in range(len(words))}


async def test_print_shows_the_tables_and_no_controls(open_tab: Open) -> None:
    page = await (await open_tab()).to("/ja/styleguide")
    await page.emulate_media(media="print")
    await settle(page)
    assert not await page.locator("nav.language-switch").is_visible()
    assert not await page.locator(".button").first.is_visible()
    assert await page.locator(".chart table").first.is_visible()
