"""Votes, merges, acts on guests, steps and hidden cards at once: each sum equals a recount."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from tests.consultations.build import make_dialogue, make_participant, make_statement
from tests.fixtures.accounts import actor_of, make_account

from enishi.consultations.core import queries as consultations
from enishi.consultations.participation import service as participation
from enishi.consultations.voting import results, set_aside, vote_steps
from enishi.consultations.voting.errors import (
    AlreadySetAsideError,
    NotSetAsideError,
    SetAsideDiffersError,
    TooFewGuestsError,
    VoteRefusedError,
)
from enishi.consultations.voting.writer import VoteWriter
from enishi.kit import clock, db

pytestmark = pytest.mark.usefixtures("own_database")
ACTS = 5  # Votes go on until an office left guests out this often: each act has to meet some.
_EXPECTED = (
    AlreadySetAsideError,
    NotSetAsideError,
    SetAsideDiffersError,
    TooFewGuestsError,
    VoteRefusedError,
)


async def _may_be_refused(act: Awaitable[object]) -> None:
    try:
        await act
    except _EXPECTED:
        return


@asynccontextmanager
async def _again_and_again(*acts: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Repeat each act beside the block."""
    done = asyncio.Event()

    async def repeat(act: Callable[[], Awaitable[object]]) -> None:
        while not done.is_set():
            await act()

    running = [asyncio.create_task(repeat(act)) for act in acts]
    yield
    done.set()
    await asyncio.gather(*running)


async def test_acts_on_guests_run_beside_votes_merges_and_steps() -> None:
    dialogue = await make_dialogue()
    cards = [await make_statement(dialogue) for _ in range(6)]
    guests = [await make_participant(dialogue) for _ in range(45)]
    accounts = [await actor_of(await make_account(f"人{n}")) for n in range(3)]
    clerk = await actor_of(await make_account("職員"))
    ref = await consultations.find_by_slug(dialogue.slug)
    assert ref
    writers = [VoteWriter(slot=slot) for slot in (0, 1)]
    for writer in writers:
        await writer.start()
    begun = clock.now() - timedelta(hours=1)

    async def leave_out_and_count_again() -> None:
        await _may_be_refused(set_aside.set_aside(clerk, ref, begun, begun + timedelta(hours=3)))
        for act in await set_aside.list_of(dialogue.id):
            await _may_be_refused(set_aside.take_back(clerk, ref, act.id))

    async def cast(value: int | None) -> None:
        pairs = [(guest, card) for guest in guests for card in cards]
        votes = (writers[n % 2].cast(*pair, value) for n, pair in enumerate(pairs))
        await asyncio.gather(*map(_may_be_refused, votes))

    async def claim(number: int) -> None:
        for guest in guests[number::9] if number >= 0 else ():
            await participation.claim(accounts[number], ref, guest)

    async with _again_and_again(leave_out_and_count_again, vote_steps.take_due):
        values = itertools.cycle((1, -1, None, 0))
        while await db.fetch_value("SELECT count(*) FROM consultations_set_aside") < ACTS:
            await cast(next(values))
        for number, value in enumerate((1, -1, None, 0, 1, -1, 0, 1, None)):
            await asyncio.gather(cast(value), claim(number - 6))
    for writer in writers:
        await writer.stop()
    assert await vote_steps.drift() == 0
    assert await results.drift() == []
    assert await db.fetch(_CONTRADICTED) == []
    assert await db.fetch("SELECT FROM consultations_set_aside_vote") == []


# Votes that are not the sum of their changes in the log, whatever the order of its entries.
_CONTRADICTED = """
SELECT participant_id, statement_id FROM consultations_vote v FULL JOIN (
    SELECT participant_id, statement_id, sum((value IS NOT NULL)::int - (previous IS NOT NULL)::int)
        AS is_there, sum(coalesce(value, 0) - coalesce(previous, 0)) AS value
    FROM consultations_vote_event GROUP BY participant_id, statement_id
) e USING (participant_id, statement_id)
WHERE (coalesce(v.value, 0), (v.value IS NOT NULL)::int)
    IS DISTINCT FROM (coalesce(e.value, 0), coalesce(e.is_there, 0))
"""
