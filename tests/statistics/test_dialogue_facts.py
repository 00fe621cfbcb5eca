"""What is done in a dialogue becomes facts that a recount finds again, whatever happens later."""

import httpx
import pytest
from tests.consultations.build import make_statement
from tests.fixtures.accounts import actor_of, make_account
from tests.statistics.dialogues import (
    THEME,
    account,
    collected,
    drift,
    keys,
    leave,
    open_dialogue,
    vote,
    write,
)
from tests.statistics.settled import collect

from enishi import wiring
from enishi.consultations.core import queries as consultations
from enishi.consultations.participation import page_views
from enishi.consultations.participation import service as participation
from enishi.kit import clock, db
from enishi.statistics.service import facts

pytestmark = pytest.mark.usefixtures("own_database")


async def _net(first: str, second: str) -> int:
    """Acts of the first kind less those of the second."""
    net: int = await db.fetch_value(
        "SELECT coalesce(sum(amount) FILTER (WHERE kind = $1), 0)"
        " - coalesce(sum(amount) FILTER (WHERE kind = $2), 0) FROM statistics_fact",
        first,
        second,
    )
    return net


async def test_each_act_in_a_dialogue_is_a_fact_with_its_dimensions() -> None:
    made = await open_dialogue()
    _, dialogue, person = await account(made)
    await vote(person, await make_statement(made), 1, -1, None)
    await write(dialogue, person)
    found = await collected()
    assert sorted(fact["kind"] for fact in found) == [
        "opinion.sent",
        "participation.started",
        "statement.written",
        "vote.cast",
        "vote.changed",
        "vote.withdrawn",
    ]
    frozen = ("home_prefecture", "age_band", "channel", "place_code", "theme_code", "subject_id")
    assert {tuple(fact[name] for name in frozen) for fact in found} == {
        ("13", "30-39", "account", "212172", THEME, str(made.id))
    }
    assert {fact["organisation_id"] for fact in found} == {made.organisation_id}
    assert len({fact["person_key"] for fact in found}) == 1
    assert await drift() == 0


async def test_new_acts_are_found_by_the_next_collection() -> None:
    made = await open_dialogue()
    _, _, person = await account(made)
    await collected()
    await vote(person, await make_statement(made), 1)
    assert await collect() == 1
    assert await drift() == 0


async def test_what_a_dialogue_is_about_is_frozen_when_somebody_joins() -> None:
    made = await open_dialogue()
    _, dialogue, person = await account(made)
    await collected()
    await db.fetch("UPDATE consultations_consultation SET theme_code = 'else', place_code = ''")
    await write(dialogue, person)
    assert {fact["theme_code"] for fact in await collected()} == {THEME}
    assert await drift() == 0


async def test_a_guest_who_signs_in_is_one_person_and_one_vote() -> None:

    made = await open_dialogue()
    statement = await make_statement(made)
    actor, dialogue, person = await account(made)
    guest = await participation.join_as_guest(dialogue)
    await vote(guest, statement, 1)
    await vote(person, statement, -1)
    await collected()
    await participation.claim(actor, dialogue, guest)
    await collected()
    assert await _net("vote.cast", "vote.withdrawn") == 1
    assert await keys() == 1
    assert await drift() == 0


async def test_leaving_takes_the_person_off_what_was_written_also_as_a_guest() -> None:

    made = await open_dialogue()
    actor, dialogue, person = await account(made)
    guest = await participation.join_as_guest(dialogue)
    await write(dialogue, guest)
    await participation.claim(actor, dialogue, guest)
    await vote(person, await make_statement(made), 1)
    before = {fact["act_id"]: fact for fact in await collected()}
    await leave(actor)
    assert await drift() == 0  # also before the cut was read
    after = {fact["act_id"]: fact for fact in await collected()}
    assert await drift() == 0
    cut = {"statement.written", "opinion.sent"}
    assert {f["kind"] for f in after.values() if f["person_key"] is None} == cut
    assert [fact | {"person_key": None} for fact in before.values()] == [
        fact | {"person_key": None} for fact in after.values()
    ]


async def test_a_lost_race_to_join_counts_nobody_twice() -> None:
    import asyncio

    made = await open_dialogue()
    actor = await actor_of(await make_account())
    dialogue = await consultations.find_by_slug(made.slug)
    assert dialogue is not None
    await asyncio.gather(*(participation.join(actor, dialogue) for _ in range(8)))
    assert len(await collected()) == 1


@pytest.mark.as_owner
async def test_a_dump_restored_into_another_cluster_loses_no_fact() -> None:
    made = await open_dialogue()
    statement = await make_statement(made)
    _, dialogue, person = await account(made)
    await write(dialogue, person)
    await vote(person, statement, 1)
    before = await collected()
    # Elsewhere the numbers of transactions start anew: those of old rows lie in the future.
    await db.fetch("UPDATE consultations_act SET tx = '1000000000000'")
    await db.fetch("ALTER TABLE consultations_vote_event DISABLE TRIGGER USER")
    await db.fetch("UPDATE consultations_vote_event SET tx = 1000000000000")
    await db.fetch("UPDATE statistics_watermark SET cluster = 'another'")

    await facts.recount(wiring.FACT_SOURCES)
    assert await collected() == before
    await vote(person, statement, -1)
    assert len(await collected()) == len(before) + 1
    assert await drift() == 0


async def test_a_page_that_was_shown_is_counted_without_saying_to_whom(
    visitor: httpx.AsyncClient,
) -> None:

    made = await open_dialogue()
    for headers in ({}, {}, {"sec-purpose": "prefetch"}, {"user-agent": "ExampleBot/1.0"}):
        answer = await visitor.get(f"/ja/dialogues/{made.slug}", headers=headers)
        assert answer.status_code == 200
    assert (await visitor.get("/ja/dialogues/there-is-none")).status_code == 404
    assert await collected() == []  # nothing is written at the time of showing
    await page_views.flush()
    [fact] = await collected()
    assert (fact["kind"], fact["amount"], fact["theme_code"]) == ("dialogue.shown", 2, THEME)
    assert (fact["person_key"], fact["day"]) == (None, clock.today())
    await visitor.get(f"/ja/dialogues/{made.slug}")
    await page_views.stop()  # as a process does before it ends
    assert sorted(each["amount"] for each in await collected()) == [1, 2]
    assert await drift() == 0
