"""Revocation: within seconds, in every process; and what a process may remember."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from tests.accounts.walks import follow, forms_of, send
from tests.fixtures.accounts import Browser, SignIn, begin_session, make_account

from enishi.accounts import queries, sessions
from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.kit.keyring import ring
from enishi_jobs.accounts import prune


@pytest.fixture
async def watching() -> AsyncIterator[Any]:
    """This process remembers actors, as a web process does."""
    async with sessions.watching():
        await asyncio.sleep(0.1)
        yield sessions


async def test_a_device_is_revoked_from_another_one(browser_of: SignIn, citizen: Any) -> None:
    laptop, phone = await browser_of(citizen), await browser_of(citizen)
    page = await laptop.get("/ja/me/devices")
    ends = [action for action in forms_of(page) if action.endswith("/end")]
    assert len(ends) == 2
    phones = await phone.get("/ja/me/devices")
    # The phone's own is the one that the laptop's page does not mark as "this device".
    own_of_laptop = page.text.split("この端末")[1].split("/end")[0].rsplit("/", 1)[1]
    [other] = [action for action in ends if own_of_laptop not in action]
    assert phones.status_code == 200
    await follow(laptop, await send(laptop, page, other))
    assert (await phone.get("/ja/me")).status_code == 303
    assert (await laptop.get("/ja/me")).status_code == 200


async def test_somebody_elses_session_cannot_be_ended(
    signed_in: Browser, browser_of: SignIn
) -> None:
    stranger_id = await make_account("他人")
    session_id = await begin_session(stranger_id)
    stranger = await browser_of(stranger_id)
    page = await signed_in.get("/ja/me/devices")
    fields = next(iter(forms_of(page).values()))
    answer = await signed_in.post(f"/ja/me/devices/{session_id}/end", data=fields)
    assert answer.status_code == 404
    assert (await stranger.get("/ja/me")).status_code == 200


async def test_signing_out_everywhere_ends_this_device_too(
    browser_of: SignIn, citizen: Any
) -> None:
    laptop, phone = await browser_of(citizen), await browser_of(citizen)
    page = await laptop.get("/ja/me/devices")
    await send(laptop, page, "/devices/end-all")
    assert (await phone.get("/ja/me")).status_code == 303
    assert (await laptop.get("/ja/me")).status_code == 303


async def test_a_request_of_somebody_remembered_costs_no_statement(
    own_database: None, watching: Any, statements: list[str]
) -> None:
    account_id = await make_account()
    session_id = await begin_session(account_id)
    token = watching.read_token(watching.token_for(session_id, account_id))
    assert (await watching.identify(token)).id == account_id
    statements.clear()
    assert (await watching.identify(token)).id == account_id
    assert not [each for each in statements if "accounts_session" in each]


async def test_a_revocation_in_another_process_is_noticed_within_seconds(
    own_database: None, watching: Any
) -> None:

    account_id = await make_account()
    session_id = await begin_session(account_id)
    token = watching.read_token(watching.token_for(session_id, account_id))
    assert await watching.identify(token) is not None
    # As another process does it: this one's memory is not told directly.
    async with db.unit_of_work():
        await db.fetch(
            "UPDATE accounts_session SET ended_at = $2 WHERE id = $1", session_id, clock.now()
        )
        await db.fetch(
            "INSERT INTO accounts_change (id, account_id, changed_at) VALUES ($1, $2, $3)",
            new_id(),
            account_id,
            clock.now(),
        )
    assert await watching.identify(token) is not None  # the control: it is still remembered
    await asyncio.sleep(2.2)
    assert await watching.identify(token) is None


async def test_a_process_that_cannot_look_believes_nothing_it_remembers(
    own_database: None, watching: Any, monkeypatch: pytest.MonkeyPatch, statements: list[str]
) -> None:
    account_id = await make_account()
    session_id = await begin_session(account_id)
    token = watching.read_token(watching.token_for(session_id, account_id))
    assert await watching.identify(token) is not None
    watching._cache._polled_at -= 2 * watching.STALE_SECONDS
    statements.clear()
    assert await watching.identify(token) is not None
    assert [each for each in statements if "accounts_session" in each]


async def test_word_of_a_change_is_dropped_after_a_day(citizen: Any) -> None:

    since = clock.now() - timedelta(days=3)
    for age in (timedelta(hours=25), timedelta(hours=23)):
        with clock.frozen_at(clock.now() - age):
            async with db.unit_of_work():
                await sessions.announce_change(citizen)
    await prune()
    [(change_id, _)] = await queries.list_changed_accounts(since)
    assert await queries.list_changed_accounts(clock.now() - timedelta(hours=24)) == [
        (change_id, citizen)
    ]


async def test_a_token_that_was_tampered_with_is_no_token(citizen: Any) -> None:

    session_id = await begin_session(citizen)
    token = sessions.token_for(session_id, citizen)
    assert sessions.read_token(token) is not None
    kid, body, signature = token.split(".")
    for bad in (
        "",
        "x",
        f"{kid}.{body}.",
        f"{kid}.{body}x.{signature}",
        f"other.{body}.{signature}",
    ):
        assert sessions.read_token(bad) is None
    foreign = ring().sign("accounts.device", {"s": session_id.hex}, seconds=60)
    assert sessions.read_token(foreign) is None


async def test_a_token_of_one_account_with_the_session_of_another_proves_nothing(
    citizen: Any,
) -> None:

    stranger_id = await make_account("他人")
    session_id = await begin_session(stranger_id)
    token = sessions.read_token(sessions.token_for(session_id, citizen))
    assert token is not None
    assert await sessions.identify(token) is None


async def test_a_cookie_is_renewed_on_personal_pages_only_and_once_a_day(
    signed_in: Browser,
) -> None:

    assert "set-cookie" not in (await signed_in.get("/ja/me")).headers
    with clock.frozen_at(clock.now() + timedelta(days=2)):
        assert "set-cookie" not in (await signed_in.get("/ja/")).headers
        assert "set-cookie" in (await signed_in.get("/ja/me/_navigation")).headers
        assert "set-cookie" not in (await signed_in.get("/ja/me/_navigation")).headers


async def test_dangerous_acts_ask_for_a_fresh_sign_in(signed_in: Browser) -> None:

    page = await signed_in.get("/ja/me/close")
    assert page.status_code == 200
    with clock.frozen_at(clock.now() + timedelta(minutes=16)):
        asked = await signed_in.get("/ja/me/close")
        assert asked.headers["location"] == "/ja/sign-in?next=/ja/me/close"
        form = await signed_in.get(asked.headers["location"])
        assert form.status_code == 200  # not sent back in a circle
        refused = await send(signed_in, page, "/me/close", understood="yes")
        assert refused.status_code == 401
        assert (await signed_in.get("/ja/me")).status_code == 200
