"""Every form and button: with a session that ended, as somebody else, and sent twice.

Live requests over the route table: a new POST route without a case fails. A refused form writes
nothing, which the audit trail shows, and loses nothing that was typed.
"""

import re
import uuid
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute
from tests.fixtures.accounts import SignIn
from tests.web import (  # noqa: F401 (they register cases)
    posts_of_answers,
    posts_of_citizens,
    posts_of_dialogues,
    posts_of_hosts,
    posts_of_moderators,
    posts_of_offices,
)
from tests.web.kept import kept
from tests.web.posts_world import CASES, Person, Sent, World

from enishi.accounts import sessions
from enishi.kit import db
from enishi.kit.http import opened_as

# Routes without a case -> why.
EXEMPT = {
    "accounts:request-code": "begins a session: its form is of nobody",
    "accounts:prove-code": "as above; a code works once (tests/accounts/test_sign_in.py)",
    "accounts:code-again": "as above",
    "accounts:open-account": "as above",
    "accounts:confirm-guardian": "of nobody: the link is the key (tests/accounts/test_me.py)",
    "accounts:export-data": "writes no more than an audit entry, and is of the session's account",
    "office:applicants-file": "as above, of the session's office",
    "office:view-original": "as above: each look has an entry (test_masking.py)",
    "dialogues:cast": "a vote holds no text, and sent twice it is the same vote",
    "certificates:check": "reads, and whoever has the certificate may",
    "dialogues:look-up-receipt": "reads, and whoever has the number may",
    "dialogues:appeal-by-receipt": "whoever has the number may; sent twice it is one appeal",
    "operator:enter": "operators have no account; a link works once (tests/operations)",
    "operator:sign-out": "operators have no account; sent twice it is 403",
    "operator:try-again": "operators have no account; a job is taken once (tests/operations)",
    "operator:give-up": "as above",
    "api:submit-statement": "programs have no pages: the key is a header (test_api.py)",
    "api:submit-opinion": "as above",
}
# Acts that end the sender's session or role: the second time finds neither.
ENDS_ITSELF = {
    "accounts:sign-out",
    "accounts:end-all-devices",
    "accounts:close-account",
    "accounts:change-address",
    "office:leave",
    "office:hand-over",
}


NOT_TYPED = {"submission", "opened_as", "old_code", "new_code"}  # codes are not repeated

# What whoever sits at the browser may do -> why.
FOR_ANYBODY = {"accounts:sign-out": "ends the session of this browser, whoever began it"}


@pytest.fixture
def world(browser_of: SignIn) -> World:
    return World(browser_of)


def identity_of(person: Person) -> str:
    """The hidden field of a form that was opened by this person."""
    opened_as.identify(person.id)
    try:
        return opened_as.field_value()
    finally:
        opened_as.forget()


async def post(
    browser: httpx.AsyncClient, sent: Sent, key: uuid.UUID, **more: Any
) -> httpx.Response:
    data = sent.data | {"submission": str(key), "opened_as": identity_of(sent.sender)} | more
    return await browser.post(sent.address, data=data, files=sent.files or None)


def _said(answer: httpx.Response) -> str:
    """What the page says, without its frame."""
    main = answer.text.partition('id="main"')[2].partition("</main>")[0]
    return " ".join(re.sub("<[^>]*>", " ", main).split())[:400]


async def written() -> tuple[int, int]:
    """How much was written: each write has its entry in the audit trail, each form its key."""
    entries = await db.fetch_value("SELECT count(*) FROM audit_entry")
    keys = await db.fetch_value("SELECT count(*) FROM kit_idempotency")
    return entries, keys


def test_every_post_route_has_a_case(troubled: Litestar) -> None:
    routes = {
        handler.name
        for route in troubled.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if "POST" in handler.http_methods and "/trouble/" not in route.path
    }
    assert {name for name in routes if name} == {*CASES, *EXEMPT}
    assert CASES.keys() & EXEMPT.keys() == set()


@pytest.mark.parametrize("route", sorted(CASES))
async def test_sent_twice_it_is_done_once(world: World, route: str) -> None:
    sent = await CASES[route](world)
    before, key = await written(), uuid.uuid4()
    first = await post(sent.sender.browser, sent, key)
    assert first.status_code in (200, 303), _said(first)
    after = await written()
    assert after != before
    second = await post(sent.sender.browser, sent, key)
    assert await written() == after
    if route not in ENDS_ITSELF:
        assert second.status_code == first.status_code, _said(second)
        assert second.headers.get("location") == first.headers.get("location")
    assert second.status_code < 500


@pytest.mark.parametrize("route", sorted(CASES))
async def test_after_the_session_ended_nothing_is_written_and_nothing_lost(
    world: World, route: str
) -> None:
    sent = await CASES[route](world)
    sent.sender.browser.cookies.delete(sessions.cookie_name())
    before = await written()
    answer = await post(sent.sender.browser, sent, uuid.uuid4())
    assert await written() == before
    assert answer.status_code in (401, 409)
    if answer.status_code == 401:
        typed = {name: [value] for name, value in sent.data.items() if name not in NOT_TYPED}
        found = {name: each for name, each in kept(answer).values().items() if name in typed}
        assert found == typed
    else:
        assert sent.data.get("text", "") in answer.text


@pytest.mark.parametrize("route", sorted(CASES.keys() - FOR_ANYBODY.keys()))
async def test_another_person_at_the_same_browser_is_asked_first(world: World, route: str) -> None:
    sent = await CASES[route](world)
    before = await written()
    answer = await post(sent.other.browser, sent, uuid.uuid4())
    assert await written() == before
    # 404: to this person the thing does not exist at all.
    assert answer.status_code in (403, 404, 409)
    if answer.status_code == 409:
        own = Sent(sent.other, sent.sender, sent.address, sent.data)
        confirmed = await post(sent.other.browser, own, uuid.uuid4())
        assert confirmed.status_code != 401
        assert "ログインの状態が変わりました" in answer.text.replace("<wbr>", "")


@pytest.mark.parametrize("route", sorted(CASES))
async def test_an_empty_form_names_and_links_each_field(world: World, route: str) -> None:
    sent = await CASES[route](world)
    hidden = {name: value for name, value in sent.data.items() if name in ("seen", "version")}
    empty = Sent(sent.sender, sent.other, sent.address, hidden)
    answer = await post(sent.sender.browser, empty, uuid.uuid4())
    assert answer.status_code < 500
    if answer.status_code != 422 or "data-error-summary" not in answer.text:
        return
    summary = answer.text.partition("data-error-summary>")[2].partition("</div>")[0]
    for target, text in re.findall(r'<a href="#(f-[^"]+)"[^>]*>(.*?)</a>', summary):
        assert f'id="{target}"' in answer.text, target
        assert "：" in text, f"{target}: {text}"
