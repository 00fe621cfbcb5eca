"""Publishing releases: fixed tables, at most once a day, never changed.

Each table has one dimension only, and every count passes through disclosure control.
"""

import json
from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from enishi.audit import service as audit
from enishi.consultations.core import queries as consultations
from enishi.disclosure import bands
from enishi.kit import clock, db
from enishi.kit.facts import FactSource
from enishi.kit.ids import new_id
from enishi.programmes.listings.queries import public as programmes
from enishi.statistics.metrics import Dimension, get_metrics
from enishi.statistics.queries import figures
from enishi.statistics.release_tables import TABLES, Table
from enishi.statistics.schemas import Scope
from enishi.statistics.service import facts

APPEND_ONLY = ("statistics_release",)  # see wiring.py

# Acts just before midnight may be committed after it.
_SETTLED_AFTER = timedelta(hours=3)
_MONTHS = 13
# By the month: from one day to the next, a town's row often changes by one person.
_OF_PLACES = (Dimension.PLACE, Dimension.PLACE_PREFECTURE)
# Elsewhere a row of few people is left out: that it is there would say that it is not zero.
_EVERY_KEY = (None, Dimension.MONTH)


_PUBLISH = """
INSERT INTO statistics_release (id, name, as_of, rows, made_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name, as_of) DO NOTHING RETURNING name
"""


def last_settled_day() -> date:
    """The last day that a release made now covers."""
    return clock.in_tokyo(clock.now() - _SETTLED_AFTER).date() - timedelta(days=1)


async def publish(sources: Iterable[FactSource]) -> bool:
    """Publish the release of the last settled day, all tables or none; False if it exists.

    May be called at any time, also by two workers at once: the first commit wins.
    """
    as_of = last_settled_day()
    if await db.fetch_value(
        "SELECT EXISTS (SELECT FROM statistics_release WHERE as_of = $1)", as_of
    ):
        return False
    await facts.collect(sources)
    async with db.unit_of_work():
        published = []
        for table in TABLES:
            published += await db.fetch(
                _PUBLISH, new_id(), table.name, as_of, await _document(table, as_of), clock.now()
            )
        if published:
            await audit.record(
                "statistics.release.published",
                actor_id=None,
                subject=("release", as_of.isoformat()),
                tables=len(published),
            )
        return bool(published)


async def _document(table: Table, as_of: date) -> str:
    """A table as it is stored and published: its counts after disclosure control."""
    metrics = get_metrics(*table.metrics)
    until = last_closed_month(as_of) if table.dimension in _OF_PLACES else as_of
    scope = Scope(until=until)
    if table.dimension is None:
        counts = {"": await figures.count(metrics, scope)}
    else:
        counts = await figures.count_by(table.dimension, metrics, scope)
        if table.dimension is Dimension.MONTH:
            counts = _every_month(counts, as_of, len(metrics))
    # An act that is taken back in a later month makes that month negative.
    values = np.array(list(counts.values()), dtype=np.int64).reshape(len(counts), len(metrics))
    shown = bands.band(np.maximum(values, 0))
    rows = [
        {
            "key": key,
            "cells": [
                {"band": int(shown.bands[i, j]), "value": int(shown.values[i, j])}
                for j in range(len(metrics))
            ],
        }
        for i, key in enumerate(counts)
        if table.dimension in _EVERY_KEY or np.any(shown.bands[i] > bands.Band.UNDER_10)
    ]
    has_samples = await consultations.has_public_samples() or await programmes.has_public_samples()
    document = {"has_samples": has_samples, "metrics": table.metrics, "rows": rows}
    return json.dumps(document | ({"until": until.isoformat()} if until != as_of else {}))


def last_closed_month(as_of: date) -> date:
    """The last day of the last month that is over at the end of that day."""
    if (as_of + timedelta(days=1)).day == 1:
        return as_of
    return as_of.replace(day=1) - timedelta(days=1)


def _every_month(counts: figures.Figures, as_of: date, width: int) -> figures.Figures:
    """The last thirteen months up to the day of the release, also those without acts."""
    last = as_of.year * 12 + as_of.month - 1
    keys = [f"{n // 12}-{n % 12 + 1:02}" for n in range(last - _MONTHS + 1, last + 1)]
    return {key: counts.get(key, (0,) * width) for key in keys}
