"""A burst of guests is seen by hour, left out of every count, and counted again."""

import asyncio
import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.consultations.build import (
    Dialogue,
    invalidate,
    make_dialogue,
    make_participant,
    make_statement,
    publish_sums,
    put_vote,
)
from tests.fixtures.accounts import SignIn, actor_of, make_account, make_member, make_organisation

from enishi.consultations.core import queries as consultations
from enishi.consultations.participation import service as participation
from enishi.consultations.voting import queries as statements
from enishi.consultations.voting import results, set_aside, vote_steps
from enishi.consultations.voting.errors import VoteRefusedError
from enishi.consultations.voting.writer import VoteWriter
from enishi.kit import clock, db

NIGHT = datetime(2026, 11, 24, 3, 20, tzinfo=clock.TOKYO)
HOURS = {"day": "2026-11-24", "first_hour": "3", "last_hour": "3"}


async def burst(dialogue: Dialogue, statement: uuid.UUID, guests: int) -> list[uuid.UUID]:
    made = [await make_participant(dialogue) for _ in range(guests)]
    for guest in made:
        await put_vote(guest, statement, -1)
    return made


async def office(browser_of: SignIn) -> tuple[httpx.AsyncClient, Dialogue, str]:
    """An editor, a dialogue of theirs, and the address of its participation."""
    organisation = await make_organisation("hida")
    editor = await browser_of(await make_member(organisation, "editor"))
    dialogue = await make_dialogue(organisation_id=organisation)
    return editor, dialogue, f"/ja/office/hida/dialogues/{dialogue.slug}/participation"


def sent(**fields: str) -> dict[str, str]:
    return {"submission": str(uuid.uuid4()), **fields}


async def sums_of(dialogue: Dialogue) -> tuple[int, int]:
    """Agreement and disagreement with the only card, as of a step of now."""
    await publish_sums(dialogue)
    [row] = (await results.list_counted(dialogue.id, await results.find_step(dialogue.id))).rows
    assert row.sums
    return row.sums.agrees, row.sums.disagrees


def figures_of_hours(page: str) -> dict[str, list[str]]:
    """Hour -> its figures, from the table of hours."""
    [table] = re.findall(r"<table.*?</table>", page.split("時間ごとの参加と投票")[1], re.DOTALL)
    rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)[1:]
    return {
        re.findall(r"<th[^>]*>(.*?)</th>", row)[0]: re.findall(r"<td[^>]*>(.*?)</td>", row)
        for row in rows
    }


async def test_a_burst_is_seen_left_out_and_counted_again(browser_of: SignIn) -> None:
    with clock.frozen_at(NIGHT - timedelta(hours=5)):
        editor, dialogue, at = await office(browser_of)
        statement = await make_statement(dialogue)
        for _ in range(3):
            await put_vote(await make_participant(dialogue), statement, 1)
    with clock.frozen_at(NIGHT):
        guests = await burst(dialogue, statement, 25)
    with clock.frozen_at(NIGHT + timedelta(hours=2)):
        assert await sums_of(dialogue) == (3, 25)
        page = (await editor.get(at, params={"day": "2026-11-24"})).text
        assert figures_of_hours(page) == {"3時": ["20", "20", "―", "―"]}
        assert ">25<" not in page.split("時間ごとの参加と投票")[1]
        quiet = (await editor.get(at, params={"day": "2026-11-23"})).text  # three people in an hour
        assert "2026年11月23日（月）は、どの時間も、新しい参加者も投票も10に満ちません。" in quiet
        assert "時</th>" not in quiet
        answer = await editor.post(at, data=sent(**HOURS))
        assert answer.status_code == 303
        assert await sums_of(dialogue) == (3, 0)
        assert await results.drift() == []
        assert await vote_steps.drift() == 0
        assert await statements.votes_of(guests[0]) == {}
        page = (await editor.get(at)).text
        assert "20人台" in page
        [act] = await set_aside.list_of(dialogue.id)
        for _ in range(2):  # pressed twice with one key, and once more
            again = await editor.post(f"{at}/{act.id}/undo", data=sent())
        assert again.status_code == 409
        assert await sums_of(dialogue) == (3, 25)
        assert await results.drift() == []
        assert await set_aside.list_of(dialogue.id) == []
    entries = await db.fetch(
        "SELECT action, data::text FROM audit_entry WHERE action LIKE '%guests%' ORDER BY id"
    )
    assert [each["action"].rpartition(".")[2] for each in entries] == ["set_aside", "taken_back"]
    assert '"guests": 20' in entries[0]["data"]


async def test_few_guests_and_hours_left_out_before_are_refused(browser_of: SignIn) -> None:
    with clock.frozen_at(NIGHT):
        editor, dialogue, at = await office(browser_of)
        statement = await make_statement(dialogue)
        await burst(dialogue, statement, 19)
        refused = await editor.post(at, data=sent(**HOURS))
        assert refused.status_code == 409
        assert "20人に満たない" in refused.text
        await burst(dialogue, statement, 1)
        await make_participant(dialogue, "account")
        assert (await editor.post(at, data=sent(**HOURS))).status_code == 303
        again = await editor.post(at, data=sent(**HOURS | {"first_hour": "0"}))
        assert again.status_code == 409
        assert 'value="0" selected' in again.text
        wrong = await editor.post(at, data=sent(**HOURS | {"last_hour": "2"}))
        assert wrong.status_code == 422
    [row] = await db.fetch(
        "SELECT count(*) AS n FROM consultations_participant WHERE set_aside_id IS NOT NULL"
    )
    assert row["n"] == 20


async def test_only_editors_leave_out_and_only_in_their_dialogues(browser_of: SignIn) -> None:
    _, dialogue, at = await office(browser_of)
    await burst(dialogue, await make_statement(dialogue), 20)
    stranger = await browser_of(await make_member(await make_organisation("kaga"), "owner"))
    day = clock.today().isoformat()
    fields = HOURS | {"day": day, "first_hour": "0", "last_hour": "23"}
    assert (await stranger.post(at, data=sent(**fields))).status_code == 404
    assert (await (await browser_of()).get(at)).status_code in (303, 401)
    assert await set_aside.list_of(dialogue.id) == []


async def test_a_guest_who_signs_in_meanwhile_is_one_person_and_keeps_the_votes() -> None:
    with clock.frozen_at(NIGHT):
        dialogue = await make_dialogue()
        statement = await make_statement(dialogue)
        guests = await burst(dialogue, statement, 20)
        clerk, person = [await actor_of(await make_account(name)) for name in ("職員", "花子")]
        ref = await consultations.find_by_slug(dialogue.slug)
        assert ref
        await set_aside.set_aside(clerk, ref, NIGHT, NIGHT + timedelta(hours=1))
        account = await participation.claim(person, ref, guests[0])
        [act] = await set_aside.list_of(dialogue.id)
        await set_aside.take_back(clerk, ref, act.id)
    assert await statements.votes_of(account) == {statement: -1}
    assert await statements.votes_of(guests[0]) == {}
    assert await results.drift() == []
    assert await vote_steps.drift() == 0
    net = {"participation.started": 1, "participation.taken_back": 1}
    net |= {"participation.merged": -1, "participation.set_aside": -1}
    kinds = await db.fetch("SELECT kind, participant_id FROM consultations_act")
    # Guests of this test did not log that they started.
    assert 20 + sum(net.get(each["kind"], 0) for each in kinds) == 20


@pytest.mark.usefixtures("own_database")
async def test_votes_that_arrive_meanwhile_are_either_out_or_refused() -> None:
    dialogue = await make_dialogue()
    cards = [await make_statement(dialogue) for _ in range(5)]
    guests = [await make_participant(dialogue) for _ in range(30)]
    clerk = await actor_of(await make_account())
    ref = await consultations.find_by_slug(dialogue.slug)
    assert ref
    writers = [VoteWriter(slot=slot) for slot in (0, 1)]
    for writer in writers:
        await writer.start()
    now = clock.now()

    async def vote(number: int, guest: uuid.UUID, card: uuid.UUID) -> Any:
        await asyncio.sleep(0)
        return await writers[number % 2].cast(guest, card, 1)

    votes = [vote(number, guest, card) for number, guest in enumerate(guests) for card in cards]
    act = set_aside.set_aside(clerk, ref, now - timedelta(hours=1), now + timedelta(hours=1))
    ended = await asyncio.gather(*votes[:75], act, *votes[75:], return_exceptions=True)
    for writer in writers:
        await writer.stop()
    assert {type(each) for each in ended} <= {type(None), VoteRefusedError}
    left = await db.fetch("SELECT FROM consultations_vote")
    assert left == []
    assert await results.drift() == []
    assert await vote_steps.drift() == 0
    kept = await db.fetch("SELECT FROM consultations_set_aside_vote")
    assert len(kept) == sum(each is None for each in ended) - 1


async def test_shares_apart_need_twenty_in_each_channel_and_no_promised_ballots(
    visitor: httpx.AsyncClient,
) -> None:
    for accounts, promised, shown in ((19, False, False), (20, False, True), (20, True, False)):
        dialogue = await make_dialogue(ballots_promised=promised)
        statement = await make_statement(dialogue)
        for number in range(accounts):
            await put_vote(await make_participant(dialogue, "account"), statement, number % 2)
        await burst(dialogue, statement, 20)
        await publish_sums(dialogue)
        invalidate()
        page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/statements")).text
        assert ("アカウントだけ：賛成50%・パス50%・反対0%" in page) is shown
        assert ("ゲストだけ：賛成0%・パス0%・反対100%" in page) is shown
