"""The straight-line form handler, through real routes: once, or again with what was typed."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest
from tests.accounts.walks import ask_for_code, code_for, follow, forms_of, send
from tests.fixtures.accounts import Browser, SignIn, make_account

from enishi.accounts.service import sign_in
from enishi.kit import db
from enishi.kit.errors import ForbiddenError
from enishi.organisations.service import invitations

_INVITE = "/ja/office/hida/members/invite"


def invitation(address: str = "taro@example.jp", **fields: str) -> dict[str, str]:
    return {"submission": str(uuid.uuid4()), "address": address, "role": "editor", **fields}


async def invited() -> list[str]:
    rows = await db.fetch("SELECT address FROM organisations_invitation ORDER BY address")
    return [row["address"] for row in rows]


async def test_a_valid_form_is_carried_out_and_leads_on(office: Browser) -> None:
    answer = await office.post(_INVITE, data=invitation())
    assert answer.status_code == 303
    assert answer.headers["location"] == "/ja/office/hida/members?saved=1"
    assert await invited() == ["taro@example.jp"]


async def test_an_invalid_form_is_shown_again_with_what_was_typed(office: Browser) -> None:
    answer = await office.post(_INVITE, data=invitation("no address"))
    assert answer.status_code == 422
    assert 'href="#f-address"' in answer.text
    assert 'value="no address"' in answer.text
    assert await invited() == []


async def test_a_refusal_of_the_service_stands_at_its_field(office: Browser) -> None:
    await office.post(_INVITE, data=invitation())
    refused = await office.post(_INVITE, data=invitation())
    assert refused.status_code == 409
    assert 'href="#f-address"' in refused.text
    assert 'value="taro@example.jp"' in refused.text


async def test_a_rate_limit_says_how_long_to_wait_and_keeps_what_was_typed(
    browser_of: SignIn,
) -> None:
    minor = await browser_of(await make_account("三郎", minor_until=date(2040, 1, 1)))
    for number in range(4):
        answer = await minor.post(
            "/ja/me/guardian",
            data={"submission": str(uuid.uuid4()), "guardian_address": f"g{number}@example.jp"},
        )
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 1
    assert 'href="#f-guardian_address"' in answer.text
    assert 'value="g3@example.jp"' in answer.text


async def test_a_form_sent_twice_is_carried_out_once(office: Browser) -> None:
    sent = invitation()
    answers = [await office.post(_INVITE, data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await invited() == ["taro@example.jp"]


async def test_the_key_of_a_form_is_not_good_for_another_one(office: Browser) -> None:
    sent = invitation()
    await office.post(_INVITE, data=sent)
    answer = await office.post(_INVITE, data=sent | {"address": "jiro@example.jp"})
    assert answer.status_code == 422
    assert 'value="jiro@example.jp"' in answer.text
    assert await invited() == ["taro@example.jp"]


async def test_a_form_without_its_key_is_shown_again(office: Browser) -> None:
    answer = await office.post(_INVITE, data=invitation(submission=""))
    assert answer.status_code == 422
    assert 'value="taro@example.jp"' in answer.text
    assert await invited() == []


async def test_an_unexpected_error_rolls_back_and_frees_the_key(
    office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:

    sent = invitation()
    with monkeypatch.context() as broken:
        broken.setattr(invitations.audit, "record", _fail)
        assert (await office.post(_INVITE, data=sent)).status_code == 500
    assert await invited() == []
    assert (await office.post(_INVITE, data=sent)).status_code == 303
    assert await invited() == ["taro@example.jp"]


async def test_what_the_form_cannot_mend_is_raised(
    office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr(invitations.audit, "record", _raising(ForbiddenError()))
    answer = await office.post(_INVITE, data=invitation())
    assert answer.status_code == 403
    assert "taro@example.jp" not in answer.text
    assert await invited() == []


async def _fail(*_: Any, **__: Any) -> None:
    raise ZeroDivisionError


def _raising(error: Exception) -> Callable[..., Awaitable[None]]:
    async def record(*_: Any, **__: Any) -> None:
        raise error

    return record


async def _asked(visitor: httpx.AsyncClient, address: str) -> httpx.Response:
    return await follow(visitor, await ask_for_code(visitor, address))


async def _tries_left() -> int:
    [row] = await db.fetch("SELECT tries_left FROM accounts_challenge")
    left: int = row["tries_left"]
    return left


async def test_attempted_work_keeps_what_it_wrote_before_the_refusal(
    visitor: httpx.AsyncClient, citizen: uuid.UUID
) -> None:
    """A wrong code costs a try: its refusal must not roll that back."""
    page = await _asked(visitor, f"{citizen.hex}@people.example")
    before = await _tries_left()
    refused = await send(visitor, page, "/sign-in/code", code="0000 0000")
    assert refused.status_code == 422
    assert 'href="#f-code"' in refused.text
    assert 'value="0000 0000"' in refused.text
    assert await _tries_left() == before - 1


async def test_attempted_work_is_not_tried_for_an_invalid_form(
    visitor: httpx.AsyncClient, citizen: uuid.UUID
) -> None:
    page = await _asked(visitor, f"{citizen.hex}@people.example")
    before = await _tries_left()
    assert (await send(visitor, page, "/sign-in/code", code="")).status_code == 422
    assert await _tries_left() == before


async def test_attempted_work_with_its_own_key_is_carried_out_once(
    visitor: httpx.AsyncClient, citizen: uuid.UUID
) -> None:
    address = f"{citizen.hex}@people.example"
    page = await _asked(visitor, address)
    [(action, fields)] = [
        form for form in forms_of(page).items() if form[0].endswith("/sign-in/code")
    ]
    sent = fields | {"code": await code_for(address)}
    asked = dict(visitor.cookies)
    for _ in range(2):
        visitor.cookies.update(asked)  # as a browser that never received the first answer
        answer = await visitor.post(action, data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, "/ja/me")
    [row] = await db.fetch("SELECT count(*) FROM accounts_session")
    assert row["count"] == 1


async def test_an_unexpected_error_of_attempted_work_is_raised(
    visitor: httpx.AsyncClient, citizen: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:

    address = f"{citizen.hex}@people.example"
    page = await _asked(visitor, address)
    monkeypatch.setattr(sign_in.audit, "record", _fail)
    answer = await send(visitor, page, "/sign-in/code", code=await code_for(address))
    assert answer.status_code == 500
    assert await db.fetch("SELECT 1 FROM accounts_session") == []
