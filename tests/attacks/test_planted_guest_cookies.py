"""A12: over https the guest cookie has a name that no other host and no http page can set."""

import uuid
from http.cookies import SimpleCookie

import httpx
import pytest
from tests.consultations.build import invalidate, make_dialogue

from enishi.consultations.participation import guest_cookie
from enishi.kit import cookie_names, db
from enishi.kit.http import cookies as http_cookies


@pytest.fixture
def over_https(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (cookie_names, http_cookies):
        monkeypatch.setattr(module, "is_secure", lambda: True)


async def write(visitor: httpx.AsyncClient, slug: str, cookie: str = "") -> httpx.Response:
    return await visitor.post(
        f"/ja/dialogues/{slug}/opinions/new",
        data={"submission": str(uuid.uuid4()), "text": "夜のバスを", "name_shown": "anonymous"},
        headers={"cookie": cookie} if cookie else {},
    )


@pytest.mark.usefixtures("over_https")
async def test_a_planted_cookie_is_nobodys(visitor: httpx.AsyncClient) -> None:
    dialogue = await make_dialogue()
    invalidate()
    answer = await write(visitor, dialogue.slug)
    [header] = [
        each for each in answer.headers.get_list("set-cookie") if "guest" in each.partition("=")[0]
    ]
    [(name, morsel)] = SimpleCookie(header).items()
    assert name == f"__Host-guest-{dialogue.slug}"
    assert (morsel["secure"], morsel["path"], morsel["domain"]) == (True, "/", "")

    async def authors() -> int:
        found: int = await db.fetch_value("SELECT count(*) FROM consultations_participant")
        return found

    visitor.cookies.clear()
    await write(visitor, dialogue.slug, f"{name}={morsel.value}")
    assert await authors() == 1  # the same guest
    planted = guest_cookie.plain_name(dialogue.slug)  # what http or a sub-domain could set
    await write(visitor, dialogue.slug, f"{planted}={morsel.value}")
    assert await authors() == 2
