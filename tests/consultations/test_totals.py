"""A dialogue counts what it received, in one way in each of its states and for each reader."""

import re

import httpx
import pytest
from tests.consultations.build import (
    invalidate,
    make_dialogue,
    make_opinion,
    make_participant,
    make_statement,
    publish_sums,
    put_vote,
)
from tests.fixtures.accounts import SignIn, make_member, make_organisation

from enishi.consultations.voting import results
from enishi.consultations.voting.schemas import StateCounts
from enishi.kit import clock, db


@pytest.mark.parametrize("state", ["draft", "public", "withdrawn"])
async def test_the_office_reads_the_same_numbers_in_each_state(
    browser_of: SignIn, state: str
) -> None:
    organisation = await make_organisation("hida")
    dialogue = await make_dialogue(organisation_id=organisation)
    shown = await make_statement(dialogue)
    await make_statement(dialogue, state="hidden")
    for _ in range(2):
        await make_opinion(dialogue, "まだ確認していない", state="pending")
    for _ in range(5):
        await put_vote(await make_participant(dialogue), shown, 1)
    await publish_sums(dialogue)
    if state == "draft":
        await db.execute(
            "UPDATE consultations_consultation SET published_at = NULL WHERE id = $1", dialogue.id
        )
    if state == "withdrawn":
        await db.execute(
            "UPDATE consultations_consultation SET withdrawn_at = $2, withdrawn_reason = '{}'"
            " WHERE id = $1",
            dialogue.id,
            clock.now(),
        )
    totals = await results.get_totals(dialogue.id)
    assert totals.statements == StateCounts(accepted=1, hidden=1)
    assert totals.opinions == StateCounts(pending=2)
    assert totals.votes == 5
    if state == "public":
        editor = await browser_of(await make_member(organisation, "editor"))
        page = (await editor.get(f"/ja/office/hida/dialogues/{dialogue.slug}")).text
        assert "1 枚（全部で2のうち、確認待ち0・非表示1・取下げ0）" in page
        assert "0 件（全部で2のうち、確認待ち2・非表示0・取下げ0）" in page


async def test_what_is_received_is_public_waiting_hidden_or_taken_back(
    visitor: httpx.AsyncClient,
) -> None:
    dialogue = await make_dialogue()
    for state in ("accepted", "accepted", "pending", "hidden", "withdrawn"):
        await make_opinion(dialogue, f"ご意見 {state}", state=state)
    await make_statement(dialogue)
    invalidate()
    page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}")).text
    assert "2 件（全部で5のうち、確認待ち1・非表示1・取下げ1）" in page
    assert re.search(r"<dd>\s*1 枚\s*</dd>", page)
