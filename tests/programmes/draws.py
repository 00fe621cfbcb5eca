"""Draws for tests: entries of a random crowd, two officials, and a draw that is held."""

import random
from datetime import UTC, datetime

from enishi.programmes.allocation.draws import outcome
from enishi.programmes.allocation.draws.entries import (
    GENERAL,
    Entry,
    entry_id,
    with_small_strata_joined,
)
from enishi.programmes.allocation.draws.outcome import Official, Outcome
from enishi.programmes.allocation.draws.rule import Rule
from enishi.programmes.allocation.draws.seed import commitment

DRAW = "0198b0d0-0000-7000-8000-000000000001"
NUMBERS = ("5f0c1f2e9a7b4d3c8e6f", "0011223344556677aabb")


def rule(capacity: int = 20, **more: object) -> Rule:
    values = {
        "draw": DRAW,
        "capacity": capacity,
        "closes_at": datetime(2026, 12, 10, 15, tzinfo=UTC),
        "reveal_until": datetime(2026, 12, 11, 15, tzinfo=UTC),
        "reserved": {"family": 4},
        "tickets": {"first_time": 1, "lost_before": 1},
    }
    return Rule.model_validate(values | more)


def crowd(number: int, seed: int = 1, below: int = 5) -> list[Entry]:
    """Parties of 1 to 5 with 1 to 3 tickets, a third of them families."""
    chance = random.Random(seed)  # noqa: S311 (not for secrets)
    entries = [
        Entry(
            entry_id(f"R{each}", f"{chance.getrandbits(128):032x}"),
            chance.choice((1, 1, 2, 2, 3, 4, 5)),
            chance.choice((1, 1, 2, 3)),
            "family" if chance.random() < 1 / 3 else GENERAL,
        )
        for each in range(number)
    ]
    return with_small_strata_joined(entries, below)


def officials(*numbers: str | None) -> tuple[Official, Official]:
    """Both committed to NUMBERS; revealed is what is given, both if nothing is."""
    first, second = numbers or NUMBERS
    return (
        Official(commitment(DRAW, 1, NUMBERS[0]), first),
        Official(commitment(DRAW, 2, NUMBERS[1]), second),
    )


def held(number: int = 60, capacity: int = 20) -> Outcome:
    return outcome.draw(rule(capacity).text(), crowd(number), officials())
