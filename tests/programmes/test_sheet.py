"""The sheet to print: names with their reading, as the applicants gave it."""

import uuid

import pytest
from tests.accounts.walks import forms_of
from tests.fixtures.accounts import Browser, SignIn, make_account, make_member
from tests.programmes.build import AT, form, published

from enishi.kit import db


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


async def test_a_reading_is_typed_once_and_stands_over_the_name(
    editor: Browser, browser_of: SignIn
) -> None:
    _, session_id = await published(editor)
    citizen = await browser_of(await make_account())
    address = f"/ja/programmes/sessions/{session_id}/apply"
    adult = {"party.0.kind": "adult", "party.0.name": "東海林花子"}
    child = {"party.1.kind": "child", "party.1.name": "そら", "party.1.age": "7"}
    typed = form() | adult | child
    refused = await citizen.post(address, data=typed | {"party.0.reading": "Shoji"})
    assert refused.status_code == 422
    assert "ひらがなかカタカナで" in refused.text.replace("<wbr>", "")
    # Half-width kana, as some keyboards write them.
    made = await citizen.post(address, data=typed | {"party.0.reading": "ｼｮｳｼﾞ ﾊﾅｺ"})
    assert made.status_code == 303
    sheet = (await editor.get(f"{AT}/sessions/{session_id}/sheet")).text
    assert "<ruby>東海林花子<rp>（</rp><rt>ショウジ ハナコ</rt><rp>）</rp></ruby>" in sheet
    assert '<th scope="row">そら</th>' in sheet
    # The form that changes the party keeps it.
    at = made.headers["location"].partition("?")[0] + "/party"
    fields = forms_of(await citizen.get(at))[at]
    assert fields["party.0.reading"] == "ショウジ ハナコ"
    saved = await citizen.post(at, data=fields | {"party.1.reading": "そら"})
    assert saved.status_code == 303
    rows = await db.fetch("SELECT reading FROM programmes_party_member ORDER BY position")
    assert [row["reading"] for row in rows] == ["ショウジ ハナコ", "そら"]
