"""Counting: the metrics of the registry over the acts that somebody may see.

For offices and for making releases. What the public reads comes from releases only.
"""

from collections.abc import Sequence
from datetime import datetime

from enishi.kit import db
from enishi.statistics.errors import UndefinedBreakdownError
from enishi.statistics.metrics import Dimension, Metric, NetPersons, Persons
from enishi.statistics.queries import count_sql
from enishi.statistics.schemas import Scope

# So that a million people are told apart in memory.
_MEMORY = "SET LOCAL work_mem = '64MB'"

Figures = dict[str, tuple[int, ...]]
"""The values of each metric, in their order, by the key of the dimension."""


async def count(metrics: Sequence[Metric], scope: Scope) -> tuple[int, ...]:
    """The metrics over the whole scope."""
    return (await _read(metrics, None, scope)).get("", (0,) * len(metrics))


async def count_by(dimension: Dimension, metrics: Sequence[Metric], scope: Scope) -> Figures:
    """The metrics by one dimension; '' is the key of what is not known. Zero rows are left out.

    Raises UndefinedBreakdownError.
    """
    for metric in metrics:
        if dimension not in metric.dimensions:
            raise UndefinedBreakdownError(f"{metric.key} by {dimension}")
    rows = await _read(metrics, dimension, scope)
    return {key: values for key, values in rows.items() if any(values)}


async def _read(metrics: Sequence[Metric], dimension: Dimension | None, scope: Scope) -> Figures:
    """Each sort of metric by a statement of its own; 0 where a key has nothing of one."""
    sorts: dict[count_sql.Reading, list[int]] = {}
    for place, metric in enumerate(metrics):
        sorts.setdefault(_reading(metric, dimension, scope), []).append(place)
    found: dict[str, list[int]] = {}
    for reading, places in sorts.items():
        statement, args = reading([metrics[place].value for place in places], dimension, scope)
        async with db.unit_of_work():
            await db.fetch(_MEMORY)
            rows = await db.fetch(statement, *args)
        for row in rows:
            counts = found.setdefault(row["key"], [0] * len(metrics))
            for i, place in enumerate(places):
                counts[place] = row[f"m{i}"]
    return {key: tuple(found[key]) for key in sorted(found)}


def _reading(metric: Metric, dimension: Dimension | None, scope: Scope) -> count_sql.Reading:
    if isinstance(metric.value, NetPersons):
        return count_sql.standing
    if not count_sql.is_added_up(dimension, scope):
        return count_sql.facts
    return count_sql.persons if isinstance(metric.value, Persons) else count_sql.amounts


async def find_reading_time() -> datetime | None:
    """When every source had been read for the last time; None before the first time."""
    read_at: datetime | None = await db.value("SELECT min(read_at) FROM statistics_watermark")
    return read_at
