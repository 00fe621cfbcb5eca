"""My page: profile, consents, a guardian's word, another mail address."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from tests.accounts.walks import (
    code_for,
    follow,
    link_for,
    mails_to,
    send,
    sign_in,
    sign_up,
)
from tests.fixtures.accounts import Browser, SignIn, actor_of, make_account

from enishi.accounts import consents, one_time_codes, policies, queries
from enishi.accounts.errors import AddressTakenError
from enishi.accounts.service import profile
from enishi.accounts.tables import ChallengePurpose
from enishi.kit import clock, db

ADDRESS = "hanako@example.jp"
GUARDIAN = "parent@example.jp"


async def test_a_profile_is_saved_and_emptied_again(signed_in: Browser, citizen: uuid.UUID) -> None:

    page = await signed_in.get("/ja/me")
    filled = {"display_name": "梅子", "home_municipality.code": "212172", "birth_year": "1988"}
    answer = await send(signed_in, page, "/ja/me", **filled, language="en")
    assert answer.headers["location"] == "/en/me?saved=1"
    account = await queries.get_account(citizen)
    assert (account.display_name, account.home_municipality) == ("梅子", "212172")
    assert account.birth_year == 1988
    page = await signed_in.get("/ja/me")
    assert "飛騨市" in page.text
    emptied = {"home_municipality.code": "", "home_municipality.prefecture": ""}
    await send(signed_in, page, "/ja/me", birth_year="", **emptied)
    account = await queries.get_account(citizen)
    assert (account.home_municipality, account.birth_year) == (None, None)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("birth_year", "1600", "西暦の年"),
        ("birth_year", "2999", "西暦の年"),
        ("home_municipality.code", "999999", "市区町村を選んでください"),
        ("display_name", "", "入力してください"),
        ("display_name", "あ\u202eい", "使えない文字"),
        ("language", "fr", "選択肢"),
    ],
)
async def test_what_cannot_be_is_named_at_its_field(
    signed_in: Browser, field: str, value: str, said: str
) -> None:
    page = await signed_in.get("/ja/me")
    answer = await send(signed_in, page, "/ja/me", **{field: value})
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert f'id="e-{field.removesuffix(".code")}"' in answer.text


async def test_without_scripts_the_municipality_is_chosen_in_two_steps(
    signed_in: Browser, citizen: uuid.UUID
) -> None:

    page = await signed_in.get("/ja/me")
    step = {"home_municipality.prefecture": "210005", "home_municipality.step": "list"}
    page = await send(signed_in, page, "/ja/me", display_name="梅子", **step)
    assert 'value="梅子"' in page.text
    assert "飛騨市" in page.text
    chosen = {"home_municipality.prefecture": "210005", "home_municipality.code": "212172"}
    await send(signed_in, page, "/ja/me", **chosen)
    assert (await queries.get_account(citizen)).home_municipality == "212172"


async def test_consents_are_given_and_withdrawn_line_by_line(
    signed_in: Browser, citizen: uuid.UUID
) -> None:

    page = await signed_in.get("/ja/me/consents")
    page = await follow(signed_in, await send(signed_in, page, "/consents/news/give"))
    assert await queries.has_consented(citizen, "news")
    page = await follow(signed_in, await send(signed_in, page, "/consents/news/withdraw"))
    assert not await queries.has_consented(citizen, "news")
    acts = [(each.purpose, each.act.value) for each in await queries.list_consents(citizen)]
    assert acts == [("news", "withdrawn"), ("news", "given"), ("terms", "given")]


async def test_the_terms_cannot_be_withdrawn_without_closing(signed_in: Browser) -> None:
    for purpose, act in (("terms", "withdraw"), ("news", "sell"), ("other", "give")):
        answer = await signed_in.post(
            f"/ja/me/consents/{purpose}/{act}", data={"submission": str(uuid.uuid4())}
        )
        assert answer.status_code == 404


@pytest.mark.as_owner
async def test_the_ledger_is_never_changed(citizen: uuid.UUID) -> None:

    for statement in ("UPDATE accounts_consent SET version = 'x'", "DELETE FROM accounts_consent"):
        with pytest.raises(asyncpg.RestrictViolationError):
            async with db.unit_of_work():
                await db.fetch(statement)


async def test_two_tabs_that_agree_at_once_write_one_line(own_database: None) -> None:

    account_id = await make_account()
    actor = await actor_of(account_id)
    await asyncio.gather(*(profile.set_consent(actor, consents.NEWS, given=True) for _ in range(6)))
    lines = [each for each in await queries.list_consents(account_id) if each.purpose == "news"]
    assert len(lines) == 1


async def under_16(browser: Browser, **more: str) -> Any:

    answers = {
        "age": "under_16",
        "birth_year": str(clock.today().year - 13),
        "birth_month": "4",
        "guardian_address": GUARDIAN,
    }
    return await sign_up(browser, ADDRESS, **(answers | more))


async def test_under_16_the_public_opens_with_a_guardians_word(
    visitor: Browser, browser_of: SignIn
) -> None:

    page = await follow(visitor, await under_16(visitor))
    assert "保護者の方の確認が必要です" in page.text.replace("<wbr>", "")
    account_id = await queries.find_account_id(ADDRESS)
    assert account_id is not None
    assert not policies.can_act_in_public(await actor_of(account_id), clock.now())

    guardian = await browser_of(None)
    link = await link_for(GUARDIAN)
    page = await guardian.get(link)
    assert "花子" not in page.text  # the link alone tells no name
    await follow(guardian, await send(guardian, page, link))
    assert policies.can_act_in_public(await actor_of(account_id), clock.now())
    assert (await guardian.get(link)).status_code == 409
    assert "保護者の方の確認が必要です" not in (await visitor.get("/ja/me")).text


@pytest.mark.parametrize("missing", ["birth_year", "birth_month", "guardian_address"])
async def test_under_16_every_question_is_answered(visitor: Browser, missing: str) -> None:
    answer = await under_16(visitor, **{missing: ""})
    assert answer.status_code == 422
    assert f'id="e-{missing}"' in answer.text


async def test_nobody_is_their_own_guardian(visitor: Browser) -> None:
    answer = await under_16(visitor, guardian_address=ADDRESS.upper())
    assert answer.status_code == 422
    assert 'id="e-guardian_address"' in answer.text


async def test_another_guardian_is_asked_and_old_links_expire(visitor: Browser) -> None:

    page = await follow(visitor, await under_16(visitor))
    await send(visitor, page, "/me/guardian", guardian_address="grandma@example.jp")
    assert len(await mails_to("grandma@example.jp")) == 1
    with clock.frozen_at(clock.now() + timedelta(days=15)):
        assert (await visitor.get(await link_for(GUARDIAN))).status_code == 409


async def change_address(browser: Browser, new: str) -> Any:
    page = await browser.get("/ja/me/address")
    page = await follow(browser, await send(browser, page, "/me/address", address=new))
    return await send(
        browser,
        page,
        "/address/codes",
        old_code=await code_for(ADDRESS),
        new_code=await code_for(new),
    )


async def test_an_address_changes_with_codes_from_both_mailboxes(
    visitor: Browser, browser_of: SignIn
) -> None:
    await sign_up(visitor, ADDRESS)
    answer = await change_address(visitor, "umeko@example.jp")
    assert answer.headers["location"] == "/ja/sign-in?changed=1"
    assert (await visitor.get("/ja/me")).status_code == 303
    newcomer = await browser_of(None)
    page = await follow(newcomer, await sign_in(newcomer, "umeko@example.jp"))
    assert "花子" in page.text


async def test_one_mailbox_alone_moves_no_account(visitor: Browser) -> None:

    await sign_up(visitor, ADDRESS)
    page = await visitor.get("/ja/me/address")
    page = await follow(visitor, await send(visitor, page, "/me/address", address="u@example.jp"))
    new_code = await code_for("u@example.jp")
    answer = await send(visitor, page, "/codes", old_code=new_code, new_code=new_code)
    assert answer.status_code == 422
    assert 'id="e-old_code"' in answer.text
    answer = await send(
        visitor, page, "/codes", old_code=await code_for(ADDRESS), new_code="00000000"
    )
    assert answer.status_code == 422
    assert 'id="e-new_code"' in answer.text
    assert await queries.find_account_id("u@example.jp") is None


async def test_a_taken_address_gets_the_same_answer_and_no_code(
    visitor: Browser, browser_of: SignIn
) -> None:
    await sign_up(await browser_of(None), "taken@example.jp")
    await sign_up(visitor, ADDRESS)
    page = await visitor.get("/ja/me/address")
    answer = await send(visitor, page, "/me/address", address="taken@example.jp")
    assert answer.headers["location"] == "/ja/me/address/codes"
    assert "すでにアカウントがある" in (await mails_to("taken@example.jp"))[0]


async def _proofs(account_id: uuid.UUID, new_address: str) -> tuple[Any, Any]:
    """The proofs of both mailboxes, as typing both codes leaves them."""
    asker = one_time_codes.Asker("network")
    proofs = []
    for purpose, address in (
        (ChallengePurpose.OLD_ADDRESS, f"{account_id.hex}@people.example"),
        (ChallengePurpose.NEW_ADDRESS, new_address),
    ):
        async with db.unit_of_work():
            issued = await one_time_codes.issue(purpose, address, account_id)
        proofs.append(await one_time_codes.prove(purpose, issued.challenge_id, issued.code, asker))
    return proofs[0], proofs[1]


async def test_an_address_that_was_taken_meanwhile_is_refused(citizen: uuid.UUID) -> None:

    old, new = await _proofs(citizen, "umeko@example.jp")
    await make_account(address="umeko@example.jp")
    with pytest.raises(AddressTakenError):
        await profile.change_address(await actor_of(citizen), old, new)


async def test_another_constraint_is_not_called_a_taken_address(
    citizen: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:

    async def insert_twice(account_id: uuid.UUID) -> None:
        await db.fetch(
            "INSERT INTO accounts_account (id, display_name, language, created_at, closed_at)"
            " SELECT id, display_name, language, created_at, created_at FROM accounts_account"
            " WHERE id = $1",
            account_id,
        )

    old, new = await _proofs(citizen, "umeko@example.jp")
    monkeypatch.setattr(profile, "end_sessions_of", insert_twice)
    with pytest.raises(asyncpg.UniqueViolationError):
        await profile.change_address(await actor_of(citizen), old, new)
