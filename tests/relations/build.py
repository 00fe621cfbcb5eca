"""What the tests of the pages of places and registrations share."""

import uuid

import httpx
from tests.fixtures.accounts import Browser

HIDA, GIFU = "212172", "210005"
PLACE = f"/ja/places/municipalities/{HIDA}"


def plain(page: httpx.Response) -> str:
    return page.text.replace("<wbr>", "")


def answers(**more: object) -> dict[str, object]:
    chosen = {"submission": str(uuid.uuid4()), "reasons": ["birthplace", "travel"]}
    return chosen | more


async def registered(browser: Browser, **more: object) -> str:
    """The address of the registration that this browser's person made."""
    answer = await browser.post(f"{PLACE}/register", data=answers(**more))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("?")[0]
