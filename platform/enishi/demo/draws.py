"""The draw of the sample: held by the same computation as a real one, so it can be verified."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from enishi.demo.content import words
from enishi.demo.randomness import DAY, HOUR, as_bytes, random_ids, receipt, timed_id
from enishi.demo.sessions import Session
from enishi.kit import bulk
from enishi.programmes import bulk as tables
from enishi.programmes.allocation.draws import outcome
from enishi.programmes.allocation.draws.entries import (
    GENERAL,
    Entry,
    entry_id,
    with_small_strata_joined,
)
from enishi.programmes.allocation.draws.outcome import Official, Outcome
from enishi.programmes.allocation.draws.pool import TICKETS
from enishi.programmes.allocation.draws.rule import LEAST_OF_STRATUM, Rule
from enishi.programmes.allocation.draws.seed import commitment

_FIRST_TIMERS, _LOST_BEFORE = 0.7, 0.1  # shares of the parties


@dataclass
class HeldEntry:
    """The entry of one application, in the order in which they applied."""

    receipt: str
    salt: str
    entry: Entry
    rank: int = 0
    has_place: bool = False
    application_id: uuid.UUID | None = None


@dataclass
class HeldDraw:
    """A draw that was held; `drawn_at` in microseconds since 1970."""

    id: uuid.UUID
    session: Session
    drawn_at: int
    outcome: Outcome
    entries: list[HeldEntry]


def hold(session: Session, sizes: Sequence[int], rng: np.random.Generator) -> HeldDraw:
    """Draw among parties of these sizes: the officials revealed an hour after the deadline."""
    draw_id = timed_id(rng, session.opens)
    rule = Rule(
        draw=str(draw_id),
        capacity=session.capacity,
        closes_at=_instant(session.closes),
        reveal_until=_instant(session.closes + DAY),
        tickets=TICKETS,
    )
    found = [_entry(size, rng) for size in sizes]
    listed = with_small_strata_joined([each.entry for each in found], LEAST_OF_STRATUM)
    numbers = [rng.bytes(16).hex() for _ in words().officials]
    first, second = (
        Official(commitment(rule.draw, place, number), number)
        for place, number in enumerate(numbers, start=1)
    )
    held = outcome.draw(rule.text(), listed, (first, second))
    results = {
        entry.id: (entry, rank, has_place)
        for entry, rank, has_place in zip(held.entries, held.ranks, held.has_place, strict=True)
    }
    for each in found:
        each.entry, each.rank, each.has_place = results[each.entry.id]
    return HeldDraw(draw_id, session, session.closes + HOUR, held, found)


def _entry(size: int, rng: np.random.Generator) -> HeldEntry:
    number, salt = receipt(rng), rng.bytes(16).hex()
    weight = 1 + int(rng.random() < _FIRST_TIMERS) + int(rng.random() < _LOST_BEFORE)
    return HeldEntry(number, salt, Entry(entry_id(number, salt), size, weight, GENERAL))


async def write(draws: Sequence[HeldDraw], rng: np.random.Generator) -> None:
    if draws:
        await _write_draws(draws)
        await _write_numbers(draws, rng)
        await _write_entries(draws, rng)


async def _write_draws(draws: Sequence[HeldDraw]) -> None:
    sessions = [each.session for each in draws]
    closes = np.array([each.closes for each in sessions])
    await bulk.copy(
        tables.DRAWS,
        {
            "id": bulk.uuids(as_bytes([each.id for each in draws])),
            "session_id": bulk.uuids(as_bytes([each.id for each in sessions])),
            "organisation_id": bulk.uuids(as_bytes([each.listing.office.id for each in sessions])),
            "state": bulk.same("drawn", len(draws)),
            "rule": bulk.texts([each.outcome.rule_text for each in draws]),
            "rule_hash": bulk.texts([each.outcome.rule_hash for each in draws]),
            "closes_at": bulk.instants(closes),
            "reveal_until": bulk.instants(closes + DAY),
            "entries_hash": bulk.texts([each.outcome.entries_hash for each in draws]),
            "closed_at": bulk.instants(closes),
            "seed": bulk.texts([each.outcome.seed for each in draws]),
            "drawn_at": bulk.instants(np.array([each.drawn_at for each in draws])),
            "created_at": bulk.instants(np.array([each.opens for each in sessions])),
        },
    )


async def _write_numbers(draws: Sequence[HeldDraw], rng: np.random.Generator) -> None:
    rows = [
        (held, place, official)
        for held in draws
        for place, official in enumerate(held.outcome.officials, start=1)
    ]
    closes = np.array([held.session.closes for held, _, _ in rows])
    await bulk.copy(
        tables.DRAW_NUMBERS,
        {
            "id": bulk.uuids(random_ids(rng, len(rows))),
            "draw_id": bulk.uuids(as_bytes([held.id for held, _, _ in rows])),
            "place": bulk.integers(np.array([place for _, place, _ in rows]), 2),
            "post": bulk.texts([words().officials[place - 1] for _, place, _ in rows]),
            "commitment": bulk.texts([official.commitment for _, _, official in rows]),
            "committed_at": bulk.instants(closes - DAY),
            "number": bulk.texts([official.number for _, _, official in rows]),
            "revealed_at": bulk.instants(closes + HOUR),
        },
    )


async def _write_entries(draws: Sequence[HeldDraw], rng: np.random.Generator) -> None:
    rows = [(held, each) for held in draws for each in held.entries]
    if not rows:
        return
    entries = [each.entry for _, each in rows]
    await bulk.copy(
        tables.DRAW_ENTRIES,
        {
            "id": bulk.uuids(random_ids(rng, len(rows))),
            "draw_id": bulk.uuids(as_bytes([held.id for held, _ in rows])),
            "application_id": bulk.uuids(
                as_bytes([each.application_id for _, each in rows if each.application_id])
            ),
            "salt": bulk.texts([each.salt for _, each in rows]),
            "entry_id": bulk.texts([entry.id for entry in entries]),
            "party_size": bulk.integers(np.array([entry.size for entry in entries]), 2),
            "weight": bulk.integers(np.array([entry.weight for entry in entries]), 2),
            "stratum": bulk.texts([entry.stratum for entry in entries]),
            "rank": bulk.integers(np.array([each.rank for _, each in rows]), 4),
            "placed": bulk.flags(np.array([each.has_place for _, each in rows])),
        },
    )


def _instant(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)
