"""Walking through the pages of accounts as a person does: read the form, fill it in, send it."""

import re
from html.parser import HTMLParser

import httpx
from tests.fixtures.accounts import Browser

from enishi.kit import mail


class _Forms(HTMLParser):
    """The forms of a page: their addresses, and the fields with their values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._fields: dict[str, str] = {}
        self._select = ""
        self._area = ""
        self._templates = 0  # what stands in <template> is no part of a form

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"
        if tag == "textarea":
            # HTML leaves out the line break that follows the opening tag.
            self._fields[self._area] = self._fields[self._area].removeprefix("\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._fields[self._area] += data

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        name = found.get("name", "")
        self._templates += tag == "template"
        if self._templates:
            return
        if tag == "form":
            self._fields = self.forms.setdefault(found.get("action", ""), {})
        elif tag == "input" and name:
            if found.get("type") in ("radio", "checkbox") and "checked" not in found:
                return
            self._fields[name] = found.get("value", "")
        elif tag == "textarea" and name:
            self._fields[name] = ""
            self._area = name
        elif tag == "select":
            self._select = name
            self._fields[name] = ""
        elif tag == "option" and "selected" in found:
            self._fields[self._select] = found.get("value", "")


def forms_of(page: httpx.Response) -> dict[str, dict[str, str]]:
    parser = _Forms()
    parser.feed(page.text)
    return parser.forms


async def send(
    browser: Browser, page: httpx.Response, action: str, **filled: str
) -> httpx.Response:
    """Send the form of the page whose address ends so, with its hidden fields, as filled in."""
    [(address, fields)] = [
        (address, fields) for address, fields in forms_of(page).items() if address.endswith(action)
    ]
    return await browser.post(address, data=fields | filled)


async def follow(browser: Browser, answer: httpx.Response) -> httpx.Response:
    assert answer.status_code == 303, answer.text
    return await browser.get(answer.headers["location"])


async def mails_to(address: str) -> list[str]:
    """The texts of the mails to this address, the newest first."""
    return [each.body for each in await mail.list_recent() if each.recipient == address.lower()]


async def code_for(address: str) -> str:
    """The code in the newest mail to this address."""
    found = re.search(r"^ {4}(\d{4} \d{4})$", (await mails_to(address))[0], re.MULTILINE)
    assert found is not None
    return found[1]


async def link_for(address: str) -> str:
    """The path of the link in the newest mail to this address."""
    found = re.search(r"https?://[^/\s]+(/\S+)", (await mails_to(address))[0])
    assert found is not None
    return found[1]


async def ask_for_code(browser: Browser, address: str, next_path: str = "") -> httpx.Response:
    page = await browser.get("/ja/sign-in", params={"next": next_path} if next_path else {})
    return await send(browser, page, "/sign-in", address=address)


async def sign_in(browser: Browser, address: str, next_path: str = "") -> httpx.Response:
    """Both steps; answers what came of the code."""
    page = await follow(browser, await ask_for_code(browser, address, next_path))
    return await send(browser, page, "/sign-in/code", code=await code_for(address))


async def sign_up(browser: Browser, address: str, **filled: str) -> httpx.Response:
    page = await follow(browser, await sign_in(browser, address))
    answers = {"display_name": "花子", "age": "16_or_over", "terms": "yes"} | filled
    return await send(browser, page, "/sign-up", **answers)
