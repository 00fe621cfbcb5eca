"""Every form that changes a row, from two tabs: the second is told, and nothing is lost unseen."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from tests.accounts.walks import forms_of
from tests.consultations.build import make_dialogue, make_statement
from tests.fixtures.accounts import Browser, SignIn, make_member
from tests.programmes.build import draft, published
from tests.programmes.build import form as key

from enishi.kit import db

Typed = dict[str, Any]
# Its address, what the first tab changes, and what the second changes.
Walk = Callable[[Browser], Awaitable[tuple[str, Typed, Typed]]]


async def session(editor: Browser) -> tuple[str, Typed, Typed]:
    await published(editor)
    [row] = await db.fetch("SELECT id FROM programmes_session")
    page = f"/ja/office/hida/programmes/sessions/{row['id']}/edit"
    return page, {"capacity": "25"}, {"waiting_limit": "7"}


async def part_of_a_programme(editor: Browser) -> tuple[str, Typed, Typed]:
    return f"{await draft(editor)}/edit/conditions", {"age_min": "10"}, {"age_min": "20"}


async def profile_of_an_organisation(_: Browser) -> tuple[str, Typed, Typed]:
    return "/ja/office/hida/profile", {"contact": "企画課"}, {"website": "https://hida.example"}


async def consultation(_: Browser) -> tuple[str, Typed, Typed]:
    [row] = await db.fetch("SELECT id FROM organisations_organisation WHERE slug = 'hida'")
    dialogue = await make_dialogue(organisation_id=row["id"], published_at=None)
    address = f"/ja/office/hida/dialogues/{dialogue.slug}/edit/topic"
    return address, {"title.ja": "橋をどうするか"}, {"title.ja": "橋の名前"}


async def own_profile(_: Browser) -> tuple[str, Typed, Typed]:
    return "/ja/me", {"display_name": "梅子"}, {"birth_year": "1980"}


async def registration(browser: Browser) -> tuple[str, Typed, Typed]:
    address = "/ja/places/municipalities/212172/register"
    answer = await browser.post(address, data=key(reasons="birthplace"))
    edit = answer.headers["location"].partition("?")[0] + "/edit"
    return edit, {"reasons": "donation"}, {"reasons": "birthplace", "interests": "food"}


FORMS: list[tuple[Walk, list[str]]] = [
    (session, ["hidaの人さんが内容を変えました", ">25<", ">10<"]),
    (part_of_a_programme, []),
    (profile_of_an_organisation, ["hidaの人さんが内容を変えました", "企画課"]),
    (consultation, ["hidaの人さんが内容を変えました", "橋をどうするか"]),
    (own_profile, ["梅子"]),
    (registration, ["別の画面で内容が変わりました"]),
]


def _fields(page: httpx.Response) -> Typed:
    [found] = [each for each in forms_of(page).values() if {"seen", "version"} & set(each)]
    return found


@pytest.mark.parametrize(("walk", "shown"), FORMS)
async def test_a_stale_tab_is_told_what_changed_and_saves_only_knowingly(
    organisation: uuid.UUID, browser_of: SignIn, walk: Walk, shown: list[str]
) -> None:
    browser = await browser_of(await make_member(organisation, "owner", name="hidaの人"))
    address, mine, theirs = await walk(browser)
    one, two = _fields(await browser.get(address)), _fields(await browser.get(address))

    saved = await browser.post(address, data=one | mine)
    assert saved.status_code == 303, saved.text
    stale = await browser.post(address, data=two | theirs)
    assert stale.status_code == 409
    for text in shown:
        assert text in stale.text
    again = _fields(stale) | theirs
    assert (again.get("seen"), again.get("version")) != (two.get("seen"), two.get("version"))
    assert (await browser.post(address, data=again)).status_code == 303


async def test_a_decision_of_a_colleague_is_not_overridden_unseen(
    organisation: uuid.UUID, browser_of: SignIn
) -> None:
    dialogue = await make_dialogue(organisation_id=organisation)
    statement = await make_statement(dialogue)
    browser = await browser_of(await make_member(organisation, "moderator", name="審査の人"))
    address = f"/ja/office/hida/dialogues/{dialogue.slug}/moderation/statement/{statement}"

    hidden = {"act": "hide", "seen": "accepted", "reason": "personal_data"}
    assert (await browser.post(address, data=hidden)).status_code == 303
    stale = await browser.post(address, data=hidden | {"seen": "pending", "reason": "off_topic"})
    assert stale.status_code == 409
    stale = await browser.post(address, data={"act": "show", "seen": "pending"})
    assert stale.status_code == 409
    assert "審査の人さんが、この書き込みを「非表示」にしました。" in stale.text
    for reason in ("", "no-such-reason"):
        unknown = await browser.post(address, data={"act": "hide", "reason": reason})
        assert unknown.status_code == 422
    nothing = await browser.post(address.replace(str(statement), str(uuid.uuid4())), data=hidden)
    assert nothing.status_code == 404
    [row] = await db.fetch("SELECT state, hidden_reason FROM consultations_statement")
    assert (row["state"], row["hidden_reason"]) == ("hidden", "personal_data")
