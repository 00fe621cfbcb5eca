"""Counting: the metrics of the registry over the acts that somebody may see.

For offices and for making releases. What the public reads comes from releases only.
"""

from collections.abc import Sequence
from datetime import datetime

from enishi.kit import db
from enishi.statistics.metrics import Amounts, Dimension, Metric, Persons
from enishi.statistics.queries import readings
from enishi.statistics.queries.readings import Scope

Figures = dict[str, tuple[int, ...]]
"""The values of each metric, in their order, by the key of the dimension."""


class UndefinedBreakdownError(ValueError):
    """The registry does not allow this metric to be broken down by this dimension."""


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
    if not readings.is_added_up(dimension, scope):
        return await _merged(metrics, [(range(len(metrics)), readings.facts)], dimension, scope)
    amounts = [i for i, metric in enumerate(metrics) if isinstance(metric.value, Amounts)]
    persons = [i for i, metric in enumerate(metrics) if isinstance(metric.value, Persons)]
    parts = [(amounts, readings.amounts), (persons, readings.persons)]
    return await _merged(metrics, parts, dimension, scope)


async def _merged(
    metrics: Sequence[Metric],
    parts: Sequence[tuple[Sequence[int], readings.Reading]],
    dimension: Dimension | None,
    scope: Scope,
) -> Figures:
    """Each part reads the metrics at some places; 0 where a key has nothing of one."""
    found: dict[str, list[int]] = {}
    for places, reading in parts:
        if not places:
            continue
        statement, args = reading([metrics[place].value for place in places], dimension, scope)
        for row in await db.fetch(statement, *args):
            counts = found.setdefault(row["key"], [0] * len(metrics))
            for i, place in enumerate(places):
                counts[place] = row[f"m{i}"]
    return {key: tuple(found[key]) for key in sorted(found)}


async def find_reading_time() -> datetime | None:
    """When every source had been read for the last time; None before the first time."""
    read_at: datetime | None = await db.value("SELECT min(read_at) FROM statistics_watermark")
    return read_at
