"""Counting: the metrics of the registry over the facts of a scope.

For offices and for making releases. What the public reads comes from releases only.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from enishi.kit import db
from enishi.statistics.errors import UndefinedBreakdownError
from enishi.statistics.metric_types import OfSessions
from enishi.statistics.metrics import (
    Acts,
    Amounts,
    Dimension,
    Joined,
    JoinedAndDid,
    Metric,
    Persons,
    Returning,
    person_bits,
)
from enishi.statistics.queries import count_sql
from enishi.statistics.schemas import Scope

# Hash tables of a million people stay in memory instead of in temporary files.
_MEMORY = "SET LOCAL work_mem = '64MB'"

Key = str | date
Figures = dict[str, tuple[int, ...]]
"""The values of each metric, in their order, by the key of the dimension."""


async def count(metrics: Sequence[Metric], scope: Scope) -> tuple[int, ...]:
    """The metrics over the whole scope.

    Raises UndefinedBreakdownError for who returned in a scope that is longer than a month, and for
    what is told of sessions.
    """
    for metric in metrics:
        if isinstance(metric.value, OfSessions):
            raise UndefinedBreakdownError(f"{metric.key} of a scope of acts")
        if isinstance(metric.value, Returning) and not scope.is_within_a_month:
            raise UndefinedBreakdownError(f"{metric.key} of more than a month")
    return (await _count(metrics, None, scope)).get("", (0,) * len(metrics))


async def count_by(dimension: Dimension, metrics: Sequence[Metric], scope: Scope) -> Figures:
    """The metrics by one dimension; '' is the key of the unknown. Rows of zeros are left out.

    Raises UndefinedBreakdownError.
    """
    for metric in metrics:
        if dimension not in metric.dimensions:
            raise UndefinedBreakdownError(f"{metric.key} by {dimension}")
    counted = await _count(metrics, dimension, scope)
    return {key: values for key, values in counted.items() if any(values)}


async def _count(metrics: Sequence[Metric], dimension: Dimension | None, scope: Scope) -> Figures:
    rolled_up = count_sql.has_rollup(dimension, scope)
    return await count_values(
        [metric.value for metric in metrics], dimension, scope, rolled_up=rolled_up
    )


async def count_values(
    values: Sequence[Acts], dimension: Dimension | None, scope: Scope, *, rolled_up: bool
) -> Figures:
    """Each value by key, from the rollups or from the facts.

    Amounts and persons take one statement each, other values one for each. A key that a value does
    not have is 0 there.
    """
    amounts, persons = _kinds(values, Amounts), _kinds(values, Persons, Returning)
    if rolled_up:
        amounts_sql, persons_sql = count_sql.amounts_of_day_sums, count_sql.persons_of_person_days
    else:
        amounts_sql, persons_sql = count_sql.amounts_of_facts, count_sql.persons_of_facts
    amount_rows = await _fetch(amounts_sql(amounts, dimension, scope)) if amounts else []
    person_rows = await _fetch(persons_sql(persons, dimension, scope)) if persons else []
    columns = []
    for value in values:
        if isinstance(value, Amounts):
            column = _add_up(amount_rows, value)
        elif isinstance(value, Persons):
            column = _count_persons(person_rows, value)
        elif isinstance(value, Returning):
            column = _count_persons(person_rows, value)
            column.subtract(await _persons(count_sql.joined(dimension, scope)))
        elif isinstance(value, Joined | JoinedAndDid):
            did = value.plus if isinstance(value, JoinedAndDid) else ()
            column = await _persons(count_sql.joined(dimension, scope, did))
        else:
            column = await _persons(count_sql.net_persons(value, dimension, scope))
        columns.append(column)
    keys = {key for column in columns for key in column}
    by_text = {_as_text(key, dimension): tuple(each[key] for each in columns) for key in keys}
    return {text: by_text[text] for text in sorted(by_text)}


async def count_retention(scope: Scope) -> dict[str, dict[str, int]]:
    """Of those who joined in each month of the scope (2026-11), who was active in which month."""
    cohorts: dict[str, dict[str, int]] = {}
    for row in await _fetch(count_sql.retention(scope)):
        joined, active = (_as_text(row[name], Dimension.MONTH) for name in ("joined", "active"))
        cohorts.setdefault(joined, {})[active] = row["persons"]
    return cohorts


def _kinds(values: Sequence[Acts], *sorts: type[Acts]) -> list[str]:
    return sorted({kind for each in values if isinstance(each, sorts) for kind in each.kinds})


async def _fetch(statement: count_sql.Statement) -> list[dict[str, Any]]:
    sql, args = statement
    async with db.unit_of_work():
        await db.execute(_MEMORY)
        return await db.fetch(sql, *args)


async def _persons(statement: count_sql.Statement) -> Counter[Key]:
    return Counter({row["key"]: row["persons"] for row in await _fetch(statement)})


def _add_up(rows: Sequence[dict[str, Any]], value: Amounts) -> Counter[Key]:
    column: Counter[Key] = Counter()
    for row in rows:
        sign = (row["kind"] in value.plus) - (row["kind"] in value.minus)
        column[row["key"]] += sign * row["amount"]
    return column


def _count_persons(rows: Sequence[dict[str, Any]], value: Acts) -> Counter[Key]:
    column: Counter[Key] = Counter()
    plus, minus = person_bits(value.plus), person_bits(value.minus)
    for row in rows:
        sign = bool(row["acts"] & plus) - bool(row["acts"] & minus)
        column[row["key"]] += sign * row["persons"]
    return column


def _as_text(key: Key, dimension: Dimension | None) -> str:
    """A day as 2026-11-23, a month as 2026-11; other keys are texts already."""
    return str(key)[: len("2026-11")] if dimension is Dimension.MONTH else str(key)


async def find_reading_time() -> datetime | None:
    """The instant up to which every source was collected; None before the first collection."""
    read_at: datetime | None = await db.fetch_value("SELECT min(read_at) FROM statistics_watermark")
    return read_at


async def has_registrations(place: str) -> bool:
    """Whether anybody ever registered with a municipality, or in a prefecture (two digits)."""
    found: bool = await db.fetch_value(count_sql.HAS_REGISTRATIONS, f"{place}%")
    return found
