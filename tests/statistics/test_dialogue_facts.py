"""What is done in a dialogue becomes facts that a recount finds again, whatever happens later."""

import uuid
from typing import Any

import httpx
import pytest
from tests.consultations.build import Dialogue, as_author, make_dialogue, make_statement
from tests.fixtures.accounts import actor_of, make_account
from tests.statistics.settled import collect

from enishi import wiring
from enishi.accounts import personal_data
from enishi.consultations.core import queries as consultations
from enishi.consultations.opinions import service as opinions
from enishi.consultations.opinions.schemas import OpinionForm
from enishi.consultations.participation import page_views
from enishi.consultations.participation import service as participation
from enishi.consultations.voting import service as statements
from enishi.consultations.voting.schemas import StatementForm
from enishi.consultations.voting.vote_sql import WRITE_AND_WITHDRAW
from enishi.kit import clock, db
from enishi.statistics.service import facts

pytestmark = pytest.mark.usefixtures("own_database")
_THEME = "regional-economy"


async def _open_dialogue() -> Dialogue:
    made = await make_dialogue()
    await db.fetch(
        "UPDATE consultations_consultation SET theme_code = $2, place_code = '212172'"
        " WHERE id = $1",
        made.id,
        _THEME,
    )
    return made


async def _account(made: Dialogue) -> tuple[Any, Any, uuid.UUID]:
    """Somebody in their thirties from Chiyoda, who has joined: actor, dialogue, participant."""
    account_id = await make_account()
    await db.fetch(
        "UPDATE accounts_account SET home_municipality = '131016', birth_year = $2 WHERE id = $1",
        account_id,
        clock.today().year - 34,
    )
    actor, dialogue = await actor_of(account_id), await consultations.find_by_slug(made.slug)
    assert dialogue is not None
    return actor, dialogue, await participation.join(actor, dialogue)


async def _vote(person: uuid.UUID, statement: uuid.UUID, *values: int | None) -> None:

    for value in values:
        await db.fetch(WRITE_AND_WITHDRAW, [person], [statement], [value], [clock.now()], 0)


async def _write(dialogue: Any, person: uuid.UUID) -> None:

    author = as_author(dialogue.id, person)
    await statements.submit(dialogue, author, StatementForm(text="最終便を遅くしてほしい。"))
    await opinions.submit(dialogue, author, OpinionForm(text="夜も帰れる町に。"), None)


async def _collected() -> list[dict[str, Any]]:
    await collect()
    return await db.fetch("SELECT * FROM statistics_fact ORDER BY source, act_id")


async def _drift() -> int:
    drifts = await facts.recount(wiring.FACT_SOURCES)
    return sum(each.missing + each.surplus for each in drifts)


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
    made = await _open_dialogue()
    _, dialogue, person = await _account(made)
    await _vote(person, await make_statement(made), 1, -1, None)
    await _write(dialogue, person)
    found = await _collected()
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
        ("13", "30-39", "account", "212172", _THEME, str(made.id))
    }
    assert {fact["organisation_id"] for fact in found} == {made.organisation_id}
    assert len({fact["person_key"] for fact in found}) == 1
    assert await _drift() == 0


async def test_new_acts_are_found_by_the_next_collection() -> None:
    made = await _open_dialogue()
    _, _, person = await _account(made)
    await _collected()
    await _vote(person, await make_statement(made), 1)
    assert await collect() == 1
    assert await _drift() == 0


async def test_what_a_dialogue_is_about_is_frozen_when_somebody_joins() -> None:
    made = await _open_dialogue()
    _, dialogue, person = await _account(made)
    await _collected()
    await db.fetch("UPDATE consultations_consultation SET theme_code = 'else', place_code = ''")
    await _write(dialogue, person)
    assert {fact["theme_code"] for fact in await _collected()} == {_THEME}
    assert await _drift() == 0


async def test_a_guest_who_signs_in_is_one_person_and_one_vote() -> None:

    made = await _open_dialogue()
    statement = await make_statement(made)
    actor, dialogue, person = await _account(made)
    guest = await participation.join_as_guest(dialogue)
    await _vote(guest, statement, 1)
    await _vote(person, statement, -1)
    await _collected()
    await participation.claim(actor, dialogue, guest)
    await _collected()
    assert await _net("participation.started", "participation.merged") == 1
    assert await _net("vote.cast", "vote.withdrawn") == 1
    assert await _drift() == 0


async def test_leaving_takes_the_person_off_what_was_written_also_as_a_guest() -> None:

    made = await _open_dialogue()
    actor, dialogue, person = await _account(made)
    guest = await participation.join_as_guest(dialogue)
    await _write(dialogue, guest)
    await participation.claim(actor, dialogue, guest)
    await _vote(person, await make_statement(made), 1)
    before = {fact["act_id"]: fact for fact in await _collected()}
    wiring.register_all()
    for declared in personal_data.declarations():
        await declared.erase(actor.id)

    assert await _drift() == 0  # also before the cut was read
    after = {fact["act_id"]: fact for fact in await _collected()}
    assert await _drift() == 0
    cut = {"statement.written", "opinion.sent"}
    assert {f["kind"] for f in after.values() if f["person_key"] is None} == cut
    assert [fact | {"person_key": None} for fact in before.values()] == [
        fact | {"person_key": None} for fact in after.values()
    ]


async def test_a_lost_race_to_join_counts_nobody_twice() -> None:
    import asyncio

    made = await _open_dialogue()
    actor = await actor_of(await make_account())
    dialogue = await consultations.find_by_slug(made.slug)
    assert dialogue is not None
    await asyncio.gather(*(participation.join(actor, dialogue) for _ in range(8)))
    assert len(await _collected()) == 1


@pytest.mark.as_owner
async def test_a_dump_restored_into_another_cluster_loses_no_fact() -> None:
    made = await _open_dialogue()
    statement = await make_statement(made)
    _, dialogue, person = await _account(made)
    await _write(dialogue, person)
    await _vote(person, statement, 1)
    before = await _collected()
    # Elsewhere the numbers of transactions start anew: those of old rows lie in the future.
    await db.fetch("UPDATE consultations_act SET tx = '1000000000000'")
    await db.fetch("ALTER TABLE consultations_vote_event DISABLE TRIGGER USER")
    await db.fetch("UPDATE consultations_vote_event SET tx = 1000000000000")
    await db.fetch("UPDATE statistics_watermark SET cluster = 'another'")

    await facts.recount(wiring.FACT_SOURCES)
    assert await _collected() == before
    await _vote(person, statement, -1)
    assert len(await _collected()) == len(before) + 1
    assert await _drift() == 0


async def test_a_page_that_was_shown_is_counted_without_saying_to_whom(
    visitor: httpx.AsyncClient,
) -> None:

    made = await _open_dialogue()
    for headers in ({}, {}, {"sec-purpose": "prefetch"}, {"user-agent": "ExampleBot/1.0"}):
        answer = await visitor.get(f"/ja/dialogues/{made.slug}", headers=headers)
        assert answer.status_code == 200
    assert (await visitor.get("/ja/dialogues/there-is-none")).status_code == 404
    assert await _collected() == []  # nothing is written at the time of showing
    await page_views.flush()
    [fact] = await _collected()
    assert (fact["kind"], fact["amount"], fact["theme_code"]) == ("dialogue.shown", 2, _THEME)
    assert (fact["person_key"], fact["day"]) == (None, clock.today())
    await visitor.get(f"/ja/dialogues/{made.slug}")
    await page_views.stop()  # as a process does before it ends
    assert sorted(each["amount"] for each in await _collected()) == [1, 2]
    assert await _drift() == 0
