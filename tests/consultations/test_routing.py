"""The next card: statements with few votes first, then by priority; never one's own pending one."""

import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from tests.consultations.build import (
    Dialogue,
    invalidate,
    make_dialogue,
    make_participant,
    make_statement,
)

from enishi.consultations.landscape_runs import queries as runs
from enishi.consultations.voting import queries as statements
from enishi.consultations.voting import routing
from enishi.consultations.voting.schemas import PublicIds
from enishi.kit import db


@pytest.fixture
async def dialogue() -> AsyncIterator[Dialogue]:
    invalidate()
    routing.invalidate()
    made = await make_dialogue()
    statements.invalidate(made.id)
    yield made
    routing.set_priority_reader(runs.routing_weights)
    routing.invalidate()


async def give_votes(statement: uuid.UUID, votes: int) -> None:
    await db.fetch("INSERT INTO consultations_tally VALUES ($1, 5, $2, 0, 0)", statement, votes)


async def drawn(dialogue: Dialogue, times: int = 300) -> Counter[uuid.UUID]:
    found: Counter[uuid.UUID] = Counter()
    for _ in range(times):
        card = (await statements.get_progress(dialogue.id, None)).next_card
        assert card is not None
        found[card.id] += 1
    return found


async def test_each_statement_first_gets_twenty_votes(dialogue: Dialogue) -> None:
    many, few, none = [await make_statement(dialogue, f"その{i}") for i in range(3)]
    await give_votes(many, 20)
    await give_votes(few, 19)
    assert set(await drawn(dialogue)) == {few, none}


async def test_then_the_draw_follows_the_priorities_of_the_newest_run(dialogue: Dialogue) -> None:
    often, seldom, new = [await make_statement(dialogue, f"その{i}") for i in range(3)]
    for each in (often, seldom, new):
        await give_votes(each, 30)

    async def priorities(consultation_id: uuid.UUID) -> Mapping[uuid.UUID, float]:
        assert consultation_id == dialogue.id
        return {often: 8.0, seldom: 0.0}

    routing.set_priority_reader(priorities)
    random.seed(4)
    found = await drawn(dialogue, 1000)
    assert 740 < found[often] < 860
    assert 60 < found[seldom] < 150
    assert 60 < found[new] < 150


@pytest.mark.parametrize("left", [1, 2, 30])
def test_only_unseen_statements_are_drawn_however_small_their_weights(left: int) -> None:
    ids = [uuid.uuid4() for _ in range(40)]
    sums = [float(10**6 * (index + 1)) for index in range(40 - left)]
    sums += [sums[-1] + 0.001 * (index + 1) for index in range(left)]
    public = PublicIds(tuple(ids), frozenset(ids), (), tuple(sums))
    seen = set(ids[: 40 - left])
    assert {routing.choose(public, seen) for _ in range(500)} == set(ids[40 - left :])


async def test_a_pending_statement_is_dealt_to_nobody_its_author_included(
    dialogue: Dialogue,
) -> None:
    author = await make_participant(dialogue)
    await make_statement(dialogue, "審査中のカード", state="pending", author_id=author)
    progress = await statements.get_progress(dialogue.id, author)
    assert (progress.total, progress.next_card) == (0, None)


async def test_a_card_costs_no_query_for_its_priority(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    await make_statement(dialogue)
    asked = []

    async def priorities(consultation_id: uuid.UUID) -> Mapping[uuid.UUID, float]:
        asked.append(consultation_id)
        return {}

    routing.set_priority_reader(priorities)
    for _ in range(5):
        await visitor.get(f"/ja/dialogues/{dialogue.slug}/vote")
        statements.invalidate(dialogue.id)
    assert asked == [dialogue.id]
