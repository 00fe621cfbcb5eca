"""While a dialogue runs, its office lets only accounts go on: guests who were there are refused."""

from collections.abc import AsyncIterator

import httpx
import pytest
from tests.accounts.walks import forms_of
from tests.consultations.build import Dialogue, invalidate, make_dialogue, make_statement
from tests.fixtures.accounts import SignIn, make_account, make_member, make_organisation

from enishi.consultations.voting import writer
from enishi.kit import db


@pytest.fixture
async def dialogue(own_database: None) -> AsyncIterator[Dialogue]:
    invalidate()
    made = await make_dialogue(organisation_id=await make_organisation("hida"))
    async with writer.writing():
        yield made


async def test_guests_who_voted_are_refused_once_only_accounts_take_part(
    visitor: httpx.AsyncClient, browser_of: SignIn, dialogue: Dialogue
) -> None:
    card = await make_statement(dialogue)
    await db.execute(
        "INSERT INTO consultations_theme (id, consultation_id, theme_id)"
        " SELECT uuidv7(), $1, id FROM themes_theme LIMIT 1",
        dialogue.id,
    )
    invalidate()
    address = f"/api/v1/dialogues/{dialogue.slug}/statements/{card}/vote"
    for vote in (1, -1):  # the second one on the fast path
        assert (await visitor.put(address, json={"vote": vote})).status_code == 204

    editor = await browser_of(await make_member(dialogue.organisation_id, "editor"))
    rules = f"/ja/office/hida/dialogues/{dialogue.slug}/edit/rules"
    sent = forms_of(await editor.get(rules))[""]
    assert sent.pop("guests_allowed")
    answer = await editor.post(rules, data=sent)
    assert answer.status_code == 303, answer.text

    assert (await visitor.put(address, json={"vote": 1})).status_code == 401
    visitor.cookies.clear()
    assert (await visitor.put(address, json={"vote": 1})).status_code == 401
    assert await db.fetch_value("SELECT count(*) FROM consultations_participant") == 1
    assert await db.fetch_value("SELECT value FROM consultations_vote") == -1
    account = await browser_of(await make_account())
    assert (await account.put(address, json={"vote": 1})).status_code == 204
