"""Closing: the export, what is erased, what is kept, and organisations keep an owner."""

import json
import uuid
from typing import Any

import pytest
from tests.accounts.walks import follow, mails_to, send, sign_up
from tests.fixtures.accounts import Browser, SignIn, actor_of, make_member

from enishi import wiring
from enishi.accounts import personal_data, queries
from enishi.accounts.jobs import EraseAccount
from enishi.accounts.personal_data import Fate
from enishi.accounts.service import closing
from enishi.kit import clock, db
from enishi_jobs.registry import binding_of

ADDRESS = "hanako@example.jp"


async def close(browser: Browser) -> Any:
    page = await browser.get("/ja/me/close")
    return await send(browser, page, "/me/close", understood="yes")


async def test_the_file_holds_everything_of_oneself_and_nothing_of_others(
    visitor: Browser, browser_of: SignIn
) -> None:
    await sign_up(await browser_of(None), "other@example.jp", display_name="他人")
    await sign_up(visitor, ADDRESS)
    page = await visitor.get("/ja/me/data")
    answer = await send(visitor, page, "/me/data")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "private, no-store"
    held = json.loads(answer.text)["data"]["accounts"]
    kinds = {each["kind"] for each in held}
    assert {"account", "devices", "consents"} <= kinds
    [account] = [each["value"] for each in held if each["kind"] == "account"]
    assert account["address"] == ADDRESS
    assert "他人" not in answer.text
    assert "other@example.jp" not in answer.text


async def test_the_file_is_recorded_and_needs_a_fresh_sign_in(visitor: Browser) -> None:
    from datetime import timedelta

    await sign_up(visitor, ADDRESS)
    page = await visitor.get("/ja/me/data")
    with clock.frozen_at(clock.now() + timedelta(hours=1)):
        assert (await send(visitor, page, "/me/data")).status_code == 401
    await send(visitor, page, "/me/data")
    rows = await db.fetch("SELECT 1 FROM audit_entry WHERE action = 'accounts.data.exported'")
    assert len(rows) == 1


async def test_closing_signs_out_frees_the_address_and_erases(
    visitor: Browser, browser_of: SignIn
) -> None:

    await sign_up(visitor, ADDRESS)
    account_id = await queries.find_account_id(ADDRESS)
    assert account_id is not None
    page = await follow(visitor, await close(visitor))
    assert "退会しました" in page.text.replace("<wbr>", "")
    assert (await visitor.get("/ja/me")).status_code == 303

    [job] = await db.fetch("SELECT payload FROM kit_job WHERE name = 'accounts.account.erase'")
    assert json.loads(job["payload"]) == {"account_id": str(account_id)}
    for _ in range(2):  # jobs may run twice
        await closing.erase(account_id)
    [row] = await db.fetch("SELECT * FROM accounts_account WHERE id = $1", account_id)
    kept = {key for key, value in row.items() if value not in (None, "")}
    assert kept == {"id", "language", "identity_level", "created_at", "closed_at", "erased_at"}
    for table in (
        "accounts_session",
        "accounts_challenge",
        "organisations_membership",
        "accounts_guardian_request",
    ):
        held = await db.fetch(
            f"SELECT 1 FROM {table} WHERE account_id = $1",  # noqa: S608 (names above)
            account_id,
        )
        assert not held, table

    newcomer = await browser_of(None)
    await sign_up(newcomer, ADDRESS, display_name="新しい人")
    assert "まだありません" in (await mails_to(ADDRESS))[0]
    assert await queries.find_account_id(ADDRESS) != account_id


async def test_what_the_declaration_calls_erased_is_erased(
    visitor: Browser, organisation: uuid.UUID
) -> None:
    """Every column declared as erased, whose table has an account, is empty afterwards."""
    await sign_up(visitor, ADDRESS)
    account_id = await queries.find_account_id(ADDRESS)
    assert account_id is not None
    await closing.close(await actor_of(account_id))
    await closing.erase(account_id)
    for name, column in personal_data.declared_columns().items():
        table, _, field = name.partition(".")
        if column.fate is not Fate.ERASED or not name.startswith("accounts_account."):
            continue
        [row] = await db.fetch(
            f"SELECT {field} AS value FROM {table} WHERE id = $1",  # noqa: S608 (declared names)
            account_id,
        )
        assert row["value"] in (None, ""), name


async def test_without_the_tick_nothing_is_closed(visitor: Browser) -> None:
    await sign_up(visitor, ADDRESS)
    page = await visitor.get("/ja/me/close")
    answer = await send(visitor, page, "/me/close")
    assert answer.status_code == 422
    assert 'id="e-understood"' in answer.text
    assert (await visitor.get("/ja/me")).status_code == 200


async def test_the_only_owner_hands_over_first(office: Browser, organisation: uuid.UUID) -> None:
    answer = await close(office)
    assert answer.status_code == 409
    assert "引き継いでください" in answer.text
    await make_member(organisation, "owner")
    assert (await close(office)).status_code == 303


async def test_an_open_account_is_never_erased(citizen: uuid.UUID) -> None:

    await closing.erase(citizen)
    assert (await queries.get_account(citizen)).display_name == "花子"


async def test_an_erasure_that_was_lost_is_asked_for_again(citizen: uuid.UUID) -> None:
    from datetime import timedelta

    await closing.close(await actor_of(citizen))
    await db.fetch("DELETE FROM kit_job")
    await closing.resume_erasures()
    assert not await db.fetch("SELECT 1 FROM kit_job")  # it may still be under way
    with clock.frozen_at(clock.now() + timedelta(hours=2)):
        await closing.resume_erasures()
    assert len(await db.fetch("SELECT 1 FROM kit_job")) == 1


async def test_the_worker_carries_the_erasure_out(citizen: uuid.UUID) -> None:

    wiring.register_all()
    await closing.close(await actor_of(citizen))
    import enishi_jobs.accounts  # noqa: F401 (binds the handler)

    await binding_of(EraseAccount.name).handler(EraseAccount(account_id=citizen))
    assert not await queries.list_accounts_to_erase(_far_future())


def _far_future() -> Any:
    from datetime import timedelta

    return clock.now() + timedelta(days=1)


@pytest.mark.parametrize("path", ["/ja/me/close", "/ja/me/data"])
async def test_pages_say_what_stays_and_why(signed_in: Browser, path: str) -> None:
    page = await signed_in.get(path)
    assert "いつ、どの版に同意したかを示すため" in page.text
