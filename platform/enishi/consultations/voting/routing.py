"""Which statement comes next: those with few votes first, then by their priority in the newest run.

The priorities lie above this room: `wiring` registers their reader. They and the numbers of votes
are half a minute old at most, so a card costs no query for them.
"""

import random
import uuid
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from enishi.consultations.voting.schemas import PublicIds
from enishi.kit import db
from enishi.kit.cache import SharedCache

LEAST_VOTES = 20  # each statement gets as many before priorities decide
_DRAWS = 8  # before the weights of the unseen statements are added up

PriorityReader = Callable[[uuid.UUID], Awaitable[Mapping[uuid.UUID, float]]]
"""Consultation -> priority of each of its statements, empty without a run. From a cache."""


async def _no_priorities(_consultation_id: uuid.UUID) -> Mapping[uuid.UUID, float]:
    return {}


_read_priorities: PriorityReader = _no_priorities


def set_priority_reader(reader: PriorityReader) -> None:
    """Register the reader of priorities, which lies in a room above."""
    global _read_priorities  # noqa: PLW0603 (registered by wiring, once for each process)
    _read_priorities = reader


@dataclass(frozen=True)
class _Demand:
    """votes: of statements that have any. priorities: of statements that the newest run knows."""

    votes: Mapping[uuid.UUID, int]
    priorities: Mapping[uuid.UUID, float]


_demand: SharedCache[_Demand] = SharedCache(seconds=30, size=512)
_VOTES = """
SELECT t.statement_id, sum(t.agrees + t.disagrees + t.passes)::int AS votes
FROM consultations_tally t JOIN consultations_statement s ON s.id = t.statement_id
WHERE s.consultation_id = $1 GROUP BY t.statement_id
"""


async def public_ids(consultation_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> PublicIds:
    """The public statements, ready to draw from. ids: by number."""
    demand = await _demand.get(consultation_id, lambda: _fetch(consultation_id))
    weights = (demand.priorities.get(each, 0.0) for each in ids)
    return PublicIds(
        by_number=tuple(ids),
        members=frozenset(ids),
        few_votes=tuple(each for each in ids if demand.votes.get(each, 0) < LEAST_VOTES),
        # A statement that is newer than the run has weight 1, as landscape.routing draws it.
        cumulative=tuple(accumulate(weight if weight > 0 else 1.0 for weight in weights)),
    )


async def _fetch(consultation_id: uuid.UUID) -> _Demand:
    rows = await db.fetch(_VOTES, consultation_id)
    votes = {row["statement_id"]: row["votes"] for row in rows}
    return _Demand(votes, await _read_priorities(consultation_id))


def invalidate() -> None:
    """Drop the cached numbers of votes and priorities: between tests."""
    _demand.invalidate()


def choose(public: PublicIds, seen: Collection[uuid.UUID]) -> uuid.UUID:
    """A statement that was not seen; there must be one.

    One with few votes if any is left, each equally likely; else drawn with probability proportional
    to its priority.
    """
    few = public.few_votes
    if len(few) > len(seen) or any(each not in seen for each in few):
        return choose_uniformly(few, seen)
    total = public.cumulative[-1]
    for _ in range(_DRAWS):
        index = bisect_right(public.cumulative, random.random() * total)  # noqa: S311 (no secret)
        chosen = public.by_number[min(index, len(public.by_number) - 1)]
        if chosen not in seen:
            return chosen
    bounds = zip(public.by_number, (0.0, *public.cumulative), public.cumulative, strict=False)
    unseen = {each: high - low for each, low, high in bounds if each not in seen}
    return random.choices(list(unseen), list(unseen.values()))[0]  # noqa: S311 (no secret)


def choose_uniformly(everything: Sequence[uuid.UUID], seen: Collection[uuid.UUID]) -> uuid.UUID:
    """A random statement that was not seen; each is equally likely."""
    if 2 * len(seen) < len(everything):  # fewer than two attempts on average, and no copy
        while (chosen := random.choice(everything)) in seen:  # noqa: S311 (fairness, no secret)
            pass
        return chosen
    return random.choice([each for each in everything if each not in seen])  # noqa: S311
