"""All scheduled work, in one list.

A cron may be missed (no worker ran) and may run twice. So each finds its work by the state of the
rows and not by the time of its last run, and rare ones also run when a worker starts. Hours are
those of Asia/Tokyo.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from enishi_jobs import (
    accounts,
    consultations,
    kit,
    programmes,
    relations,
    statistics,
)


@dataclass(frozen=True)
class Cron:
    """Run at each matching second; None matches every hour or minute."""

    name: str
    run: Callable[[], Awaitable[None]]
    seconds: frozenset[int] = frozenset({0})
    minutes: frozenset[int] | None = None
    hours: frozenset[int] | None = None
    at_start: bool = False


CRONS = (
    Cron("kit.sweep", kit.sweep, seconds=frozenset(range(0, 60, 10)), at_start=True),
    Cron("kit.prune", kit.prune, minutes=frozenset({20}), hours=frozenset({3}), at_start=True),
    Cron("consultations.take_vote_steps", consultations.take_vote_steps, at_start=True),
    Cron("consultations.look", consultations.look, seconds=frozenset({30})),
    # An office reads its own acts within a minute.
    Cron("statistics.collect", statistics.collect, seconds=frozenset(range(5, 60, 20))),
    Cron("statistics.recount", statistics.recount, minutes=frozenset({10}), hours=frozenset({4})),
    Cron("statistics.publish", statistics.publish, minutes=frozenset({40}), at_start=True),
    Cron(
        "programmes.prune",
        programmes.prune,
        minutes=frozenset({30}),
        hours=frozenset({3}),
        at_start=True,
    ),
    Cron(
        "consultations.refold", consultations.refold, minutes=frozenset({35}), hours=frozenset({3})
    ),
    Cron(
        "programmes.open_last_hours",
        programmes.open_last_hours,
        seconds=frozenset({30}),
        at_start=True,
    ),
    Cron(
        "programmes.hold_draws",
        programmes.hold_draws,
        seconds=frozenset({45}),
        at_start=True,
    ),
    Cron(
        "relations.publish_status_list",
        relations.publish_status_list,
        seconds=frozenset({20}),
        minutes=frozenset(range(0, 60, 10)),
        at_start=True,
    ),
    Cron("relations.prune", relations.prune, minutes=frozenset({45}), hours=frozenset({3})),
    Cron("programmes.remind", programmes.remind, minutes=frozenset({15}), at_start=True),
    Cron("accounts.prune", accounts.prune, minutes=frozenset({25}), at_start=True),
)
