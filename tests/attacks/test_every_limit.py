"""Every limit of the site, met from one network by visitors who bring a new cookie each time.

A limit that is keyed by what the visitor brings stops nobody. For each limit in our sources there
is an act here: done once, all buckets that it filled are drained (as 500 visitors would), and then
a visitor with fresh cookies, a new mailbox and a new form is refused. tests/attacks/
test_fresh_guests.py sends the 500 requests for the one limit that all others rest on.
"""

import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.accounts.walks import follow, send
from tests.consultations.build import Dialogue, invalidate, make_dialogue, make_statement
from tests.fixtures.accounts import Browser, SignIn

from enishi.consultations.participation import network_limits
from enishi.consultations.voting import limits as vote_limits
from enishi.consultations.voting import writer
from enishi.kit import clock, db, ratelimit
from enishi.kit.errors import TooManyRequestsError
from enishi.kit.token_buckets import TokenBuckets

PLATFORM = Path(__file__).parents[2] / "platform" / "enishi"
REFUSED = 429
Act = Callable[[SignIn, Dialogue], Awaitable[Any]]


async def drain() -> None:
    """Empty every bucket that exists, as many requests of the same subjects would."""
    await db.execute("UPDATE kit_rate_bucket SET level = 0, filled_at = $1", clock.now())
    for buckets in (vote_limits.votes, network_limits._votes()):
        for bucket in buckets._buckets._entries.values():
            bucket.level, bucket.filled_at = 0.0, buckets._now()


def _new() -> str:
    return uuid.uuid4().hex[:12]


async def ask_for_code(browser_of: SignIn, dialogue: Dialogue, address: str = "") -> Any:
    browser = await browser_of(None)
    page = await browser.get("/ja/sign-in")
    return await send(browser, page, "/sign-in", address=address or f"{_new()}@example.jp")


async def ask_for_code_of_one_mailbox(browser_of: SignIn, dialogue: Dialogue) -> Any:
    return await ask_for_code(browser_of, dialogue, "victim@example.jp")


async def try_a_code(browser_of: SignIn, dialogue: Dialogue) -> Any:
    browser = await browser_of(None)
    page = await browser.get("/ja/sign-in")
    asked = await send(browser, page, "/sign-in", address=f"{_new()}@example.jp")
    if asked.status_code == REFUSED:
        return asked
    return await send(browser, await follow(browser, asked), "/sign-in/code", code="00000000")


async def write_opinion(browser_of: SignIn, dialogue: Dialogue, **more: str) -> Any:
    guest: Browser = await browser_of(None)
    fields = {"submission": str(uuid.uuid4()), "text": _new(), "name_shown": "anonymous"} | more
    return await guest.post(f"/ja/dialogues/{dialogue.slug}/opinions/new", data=fields)


async def write_statement(browser_of: SignIn, dialogue: Dialogue) -> Any:
    guest: Browser = await browser_of(None)
    fields = {"submission": str(uuid.uuid4()), "text": _new(), "anyway": "true"}
    return await guest.post(f"/ja/dialogues/{dialogue.slug}/statements/new", data=fields)


async def report(browser_of: SignIn, dialogue: Dialogue) -> Any:
    guest: Browser = await browser_of(None)
    statement = await make_statement(dialogue, _new())
    fields = {"submission": str(uuid.uuid4()), "reason": "insult"}
    at = f"/ja/dialogues/{dialogue.slug}/report/statement/{statement}"
    return await guest.post(at, data=fields)


async def mail_a_receipt(browser_of: SignIn, dialogue: Dialogue) -> Any:
    return await write_opinion(browser_of, dialogue, address=f"{_new()}@example.jp")


async def mail_receipts_to_one(browser_of: SignIn, dialogue: Dialogue) -> Any:
    return await write_opinion(browser_of, dialogue, address="victim@example.jp")


# The name of a limit -> what a visitor without an account does to meet it, or the limit behind it.
ACTS: dict[str, Act] = {
    "accounts.code.network": ask_for_code,
    "accounts.code.mailbox": ask_for_code_of_one_mailbox,
    "accounts.code.mailbox_network": ask_for_code_of_one_mailbox,
    "accounts.code.device": ask_for_code,  # a cookie that only a sign-in gives
    "accounts.try.network": try_a_code,
    "consultations.opinion": write_opinion,  # by participant: the network's is behind it
    "consultations.statement": write_statement,  # as the opinion's
    "consultations.receipt_mail": mail_a_receipt,  # by account; for guests that of strangers
    "consultations.report": report,  # by the reporter's cookie: the network's is behind it
    "consultations.network.report": report,
    "consultations.network.guest": write_opinion,
    "consultations.network.text": write_statement,
    "mail.stranger.mailbox": mail_receipts_to_one,
    "mail.stranger.network": mail_a_receipt,
}
# Limits of an account or an organisation: a new account needs a code, which a network limits.
OF_ACCOUNTS = {
    "accounts.guardian": "/ja/me/guardian",
    "accounts.invitation": "/ja/office/hida/members/invite",
    "relations.registration": "/ja/places/municipalities/212172/register",
}
IN_MEMORY = {"consultations/voting/limits.py", "consultations/participation/network_limits.py"}


@pytest.fixture
async def dialogue(rollback: None) -> Dialogue:
    made = await make_dialogue()
    invalidate()
    return made


def _in_sources(pattern: str) -> set[tuple[str, str]]:
    return {
        (found, str(path.relative_to(PLATFORM)))
        for path in PLATFORM.rglob("*.py")
        for found in re.findall(pattern, path.read_text())
    }


def test_every_limit_of_the_sources_is_here() -> None:
    named = {name for name, _ in _in_sources(r'\bLimit\(\s*"([^"]+)"')}
    assert named == ACTS.keys() | OF_ACCOUNTS.keys()
    assert {path for _, path in _in_sources(r"= (TokenBuckets)\(|return (?:TokenBuckets)\(")} == (
        IN_MEMORY
    )


@pytest.mark.parametrize("name", ACTS)
async def test_a_visitor_with_fresh_cookies_is_refused(
    browser_of: SignIn, dialogue: Dialogue, name: str
) -> None:
    first = await ACTS[name](browser_of, dialogue)
    assert first.status_code in (200, 303, 422), first.text  # 422: a wrong code
    await drain()
    again = await ACTS[name](browser_of, dialogue)
    assert again.status_code == REFUSED
    assert again.headers["retry-after"]


@pytest.mark.parametrize("path", OF_ACCOUNTS.values())
async def test_a_visitor_without_an_account_cannot_even_begin(
    browser_of: SignIn, dialogue: Dialogue, path: str
) -> None:
    browser = await browser_of(None)
    answer = await browser.post(path, data={"submission": str(uuid.uuid4())})
    assert answer.status_code == 401
    assert await db.fetch_value("SELECT count(*) FROM kit_rate_bucket") == 0


@pytest.fixture
async def voting_dialogue(own_database: None) -> AsyncIterator[Dialogue]:
    invalidate()
    made = await make_dialogue()
    async with writer.writing():
        yield made


async def test_votes_with_fresh_cookies_are_refused(
    browser_of: SignIn, voting_dialogue: Dialogue
) -> None:
    statement = await make_statement(voting_dialogue)
    address = f"/api/v1/dialogues/{voting_dialogue.slug}/statements/{statement}/vote"

    async def vote() -> int:
        browser = await browser_of(None)
        return int((await browser.put(address, json={"vote": 1})).status_code)

    assert await vote() == 204
    await drain()
    assert await vote() == REFUSED
    # New guests are refused first; the votes of those who came before are limited, too.
    await db.execute("DELETE FROM kit_rate_bucket")
    network_limits._remembered.clear()
    assert await vote() == REFUSED
    network_limits._votes()._buckets.clear()
    assert await vote() == 204


async def test_a_limit_by_what_the_visitor_brings_would_be_seen(rollback: None) -> None:
    """Negative control: a key of the visitor's making has a new bucket each time."""
    minted = ratelimit.Limit("test.minted", 1, network_limits.LIFTED_FOR)
    for _ in range(3):
        await ratelimit.take(minted, uuid.uuid4())
        await drain()
    kept = TokenBuckets(1, 0.001)
    for _ in range(3):
        kept.take(uuid.uuid4())
    await ratelimit.take(minted, "network")
    with pytest.raises(TooManyRequestsError):
        await ratelimit.take(minted, "network")
