"""The layout of a page, looked at once it has settled.

For a moment after a load or a change of the window's size Chromium answers with a layout that it
never paints: whether the inside of a closed <details> takes room (`::details-content`, the menu of
the header) and what container queries match is decided with the next frame. And a fragment may
still be on its way.
"""

from playwright.async_api import Page


async def settle(page: Page) -> None:
    """Wait until no request can change the layout and two frames have shown the same one.

    It asks for <main>, which lies below the header: it moves when anything above it changes.
    Works without scripts too, where a page gets no animation frames of its own.
    """
    await page.wait_for_load_state("load")  # without its style sheets no page is what it is
    await page.wait_for_selector(".htmx-request, [data-part][aria-busy=true]", state="detached")
    main = await page.locator("#main").element_handle()
    await main.wait_for_element_state("stable")


async def resize(page: Page, width: int) -> None:
    """Give the window another width, in CSS pixels, and wait until the page has followed."""
    size = page.viewport_size
    assert size is not None
    await page.set_viewport_size({"width": width, "height": size["height"]})
    await settle(page)
