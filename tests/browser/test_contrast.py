"""Text keeps its contrast in every state of every component of the style guide.

Chromium is told that all elements are hovered, focused or pressed (`CSS.forcePseudoState`), and
buttons are made busy or disabled. Then the contrast of each text with the first opaque background
behind it is computed as WCAG 2.2 defines it (1.4.3).
"""

import asyncio

import pytest
from playwright.async_api import Page
from tests.browser.conftest import DESK, Open
from tests.browser.layout import settle

pytestmark = pytest.mark.browser

STATES: dict[str, list[str]] = {
    "rest": [],
    "hover": ["hover"],
    "focus": ["focus", "focus-visible", "focus-within"],
    "active": ["hover", "focus", "focus-visible", "focus-within", "active"],
}
_BUTTONS = {
    "": "(it) => { it.removeAttribute('aria-busy'); it.disabled = false; }",
    "busy": "(it) => { it.setAttribute('aria-busy', 'true'); it.disabled = false; }",
    "disabled": "(it) => { it.removeAttribute('aria-busy'); it.disabled = true; }",
}
# What a state can be asked of: a rule with :hover names one of these.
_POINTED_AT = "a, button, summary, input, select, textarea, label, tr, .card"
_PALE = """() => {
  // Of the change of state: with reduced motion every property has a transition of 1 ms.
  document.getAnimations().forEach((transition) => transition.finish());
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const channels = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([red, green, blue]) => {
    const linear = (byte) => {
      const part = byte / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = channels(getComputedStyle(at).backgroundColor);
      if (found[3] === 255) return found;
    }
    return [255, 255, 255, 255];
  };
  const pale = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const box = element.getBoundingClientRect();
    if (!own || box.width < 2 || !element.checkVisibility() || element.closest("svg")) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const both = [luminance(channels(style.color)), luminance(behind(element))];
    const ratio = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
    if (ratio < (large ? 3 : 4.5)) {
      pale.push(`${element.className || element.tagName}: ${element.textContent.trim()}`
        + ` ${ratio.toFixed(2)}`);
    }
  }
  return pale;
}"""


async def _pale_texts(page: Page) -> dict[str, list[str]]:
    """State of the elements and of the buttons -> the texts with too little contrast in it."""
    browser = await page.context.new_cdp_session(page)
    await browser.send("DOM.enable")
    await browser.send("CSS.enable")
    root = (await browser.send("DOM.getDocument"))["root"]["nodeId"]
    nodes = await browser.send("DOM.querySelectorAll", {"nodeId": root, "selector": _POINTED_AT})
    found: dict[str, list[str]] = {}
    for name, pseudo in STATES.items():
        states = [{"nodeId": node, "forcedPseudoClasses": pseudo} for node in nodes["nodeIds"]]
        await asyncio.gather(*(browser.send("CSS.forcePseudoState", each) for each in states))
        for of_buttons, change in _BUTTONS.items():
            await page.evaluate(f"() => document.querySelectorAll('main button').forEach({change})")
            pale = await page.evaluate(_PALE)
            if pale:
                found[f"{name} {of_buttons}".strip()] = pale
    return found


async def test_every_component_keeps_its_contrast_in_every_state(open_tab: Open) -> None:
    page = await (await open_tab(width=DESK)).to("/ja/styleguide")
    await settle(page)
    await page.evaluate(
        "() => document.querySelectorAll('details').forEach((it) => it.open = true)"
    )
    assert await page.locator(".vote-button").count() >= 4
    assert await _pale_texts(page) == {}


async def test_a_pale_state_is_found(open_tab: Open) -> None:
    """The check itself is checked: ink on navy under the mouse."""
    page = await (await open_tab(width=DESK)).to("/ja/styleguide")
    rule = ".button:hover { color: #1a1a1a; background: #1b2a4e; }"
    await page.evaluate(  # a sheet of the script's own: the site's policy allows no inline style
        """(rule) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(rule);
          document.adoptedStyleSheets = [sheet];
        }""",
        rule,
    )
    assert {"hover", "active"} <= set(await _pale_texts(page))
