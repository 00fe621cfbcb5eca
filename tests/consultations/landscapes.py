"""Conversations of planted groups for tests of landscape runs, and their runs in this process."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

import numpy as np
from tests.consultations.build import Dialogue, make_dialogue, make_statement

from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import computation, queries
from enishi.consultations.landscape_runs.run_values import RunInput, RunOutput, TooFew
from enishi.consultations.landscape_runs.schemas import LandscapeView
from enishi.consultations.landscape_runs.service import due, runs
from enishi.kit import clock, db

Votes = Mapping[tuple[uuid.UUID, uuid.UUID], int | None]
"""(participant, statement) -> 1, 0, -1, or None for a vote that is withdrawn."""

A_DAY = 24 * 60 + 3
"""Minutes after which the final run of a close now follows, though nobody voted since the last."""

_JOIN = """
INSERT INTO consultations_participant (id, consultation_id, channel, identity_level, joined_at)
SELECT each, $1, $3, 0, $4 FROM unnest($2::uuid[]) AS each
"""
_CAST = """
WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[]) AS g (person, statement, value)
), gone AS (
    DELETE FROM consultations_vote v USING given g
    WHERE g.value IS NULL AND v.participant_id = g.person AND v.statement_id = g.statement
), kept AS (
    INSERT INTO consultations_vote (participant_id, statement_id, value, cast_at)
    SELECT person, statement, value, $4 FROM given WHERE value IS NOT NULL
    ON CONFLICT (participant_id, statement_id) DO UPDATE
        SET value = EXCLUDED.value, cast_at = EXCLUDED.cast_at
)
INSERT INTO consultations_vote_event (participant_id, statement_id, value, cast_at)
SELECT person, statement, value, $4 FROM given
"""
_HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


async def make_conversation(
    statements: int = 12, **changes: object
) -> tuple[Dialogue, list[uuid.UUID]]:
    """An open dialogue with public statements."""
    dialogue = await make_dialogue(**changes)
    return dialogue, [await make_statement(dialogue, f"意見{n}") for n in range(statements)]


async def join(dialogue: Dialogue, people: int, channel: str = "guest") -> list[uuid.UUID]:
    found = [uuid.uuid4() for _ in range(people)]
    await db.execute(_JOIN, dialogue.id, found, channel, clock.now())
    return found


async def cast(votes: Votes) -> None:
    """Write votes and their log as the vote writer does, in one transaction."""
    people, statements = zip(*votes, strict=True)
    await db.execute(_CAST, list(people), list(statements), list(votes.values()), clock.now())


def opinions(
    people: Sequence[uuid.UUID], statements: Sequence[uuid.UUID], side: int, seed: int = 0
) -> dict[tuple[uuid.UUID, uuid.UUID], int]:
    """Votes of one side: 1 agrees with the first half of the statements and not with the second.

    -1 is the reverse; both agree with the last statement. One vote in ten is another one.
    """
    rng = np.random.default_rng([seed, side + 1])
    found = {}
    for person in people:
        for index, statement in enumerate(statements):
            usual = side if index < len(statements) // 2 else -side
            usual = 1 if index == len(statements) - 1 else usual
            found[person, statement] = int(rng.choice([usual, 0, -usual], p=[0.9, 0.05, 0.05]))
    return found


async def compute(given: RunInput) -> RunOutput | TooFew:
    """In a thread of this process."""
    return await asyncio.to_thread(computation.compute, given)


async def run(dialogue: Dialogue, minutes: int = 0) -> int | None:
    """Look and compute what is due, so many minutes from now; the number of the run."""
    await _all_is_behind_the_horizon()
    with clock.frozen_at(clock.now() + timedelta(minutes=minutes)):
        await due.look()
        return await runs.refresh(dialogue.id, compute)


async def _all_is_behind_the_horizon() -> None:
    """Wait for the transactions of now: the next run reads again what is not older than they are.

    All databases of the server count, so tests beside this one.
    """
    begun = await db.fetch_value("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    async with asyncio.timeout(60):
        while await db.fetch_value(_HORIZON) < begun:  # noqa: ASYNC110 (PostgreSQL sends no event)
            await asyncio.sleep(0.02)


async def view_of(dialogue: Dialogue) -> LandscapeView | None:
    consultation = await consultations.find_published(dialogue.slug)
    assert consultation is not None
    return await queries.find_view(consultation)


async def two_sides(people: int = 30) -> tuple[Dialogue, list[uuid.UUID], list[uuid.UUID]]:
    """A conversation of two groups of so many people; its statements, its people."""
    dialogue, statements = await make_conversation()
    voters = await join(dialogue, 2 * people)
    await cast(opinions(voters[:people], statements, 1) | opinions(voters[people:], statements, -1))
    return dialogue, statements, voters
