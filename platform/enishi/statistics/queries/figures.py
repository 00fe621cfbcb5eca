"""Counting facts: the metrics of the registry over the rows that somebody may see.

For offices and for making releases. What the public reads comes from releases only.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from enishi.kit import db
from enishi.statistics.metrics import Dimension, Metric

Figures = dict[str, tuple[int, ...]]
"""The values of each metric, in their order, by the key of the dimension."""


@dataclass(frozen=True)
class Scope:
    """Which facts are counted: until a day (the last one that counts), and narrower if told."""

    until: date
    since: date | None = None
    organisation_id: uuid.UUID | None = None
    subject_kind: str | None = None
    subject_id: str | None = None


_KEYS = {
    Dimension.MONTH: "to_char(f.day, 'YYYY-MM')",
    Dimension.DAY: "f.day::text",
    Dimension.PREFECTURE: "f.home_prefecture",
    Dimension.AGE_BAND: "f.age_band",
    Dimension.THEME: "coalesce(theme, '')",
    Dimension.PLACE: "f.place_code",
    Dimension.PLACE_PREFECTURE: "left(f.place_code, 2)",
    Dimension.CHANNEL: "f.channel",
    Dimension.SUBJECT: "f.subject_kind || ' ' || f.subject_id",
}
# A dialogue under two themes counts under both.
_THEMES = "LEFT JOIN LATERAL unnest(string_to_array(f.theme_code, ' ')) AS theme ON true"


class UndefinedBreakdownError(ValueError):
    """The registry does not allow this metric to be broken down by this dimension."""


async def count(metrics: Sequence[Metric], scope: Scope) -> tuple[int, ...]:
    """The metrics over the whole scope."""
    return (await _read(metrics, "''", "", scope)).get("", (0,) * len(metrics))


async def count_by(dimension: Dimension, metrics: Sequence[Metric], scope: Scope) -> Figures:
    """The metrics by one dimension; '' is the key of what is not known. Zero rows are left out.

    Raises UndefinedBreakdownError.
    """
    for metric in metrics:
        if dimension not in metric.dimensions:
            raise UndefinedBreakdownError(f"{metric.key} by {dimension}")
    join = _THEMES if dimension is Dimension.THEME else ""
    rows = await _read(metrics, _KEYS[dimension], join, scope)
    return {key: values for key, values in rows.items() if any(values)}


async def _read(metrics: Sequence[Metric], key: str, join: str, scope: Scope) -> Figures:
    values = ", ".join(f"({metric.value})::bigint AS m{i}" for i, metric in enumerate(metrics))
    kinds = sorted({kind for metric in metrics for kind in metric.kinds})
    where, args = _where(scope, kinds)
    rows = await db.fetch(
        f"SELECT {key} AS key, {values} FROM statistics_fact f {join}"  # noqa: S608 (constants)
        f" WHERE {where} GROUP BY 1 ORDER BY 1",
        *args,
    )
    return {row["key"]: tuple(row[f"m{i}"] for i in range(len(metrics))) for row in rows}


def _where(scope: Scope, kinds: list[str]) -> tuple[str, list[Any]]:
    """Only the conditions that are asked for, so that each plan uses the index it can."""
    conditions: list[tuple[str, Any]] = [("f.kind = ANY (?)", kinds), ("f.day <= ?", scope.until)]
    for condition, value in (
        ("f.day >= ?", scope.since),
        ("f.organisation_id = ?", scope.organisation_id),
        ("f.subject_kind = ?", scope.subject_kind),
        ("f.subject_id = ?", scope.subject_id),
    ):
        if value is not None:
            conditions.append((condition, value))
    numbered = (text.replace("?", f"${i}") for i, (text, _) in enumerate(conditions, start=1))
    return " AND ".join(numbered), [value for _, value in conditions]


async def find_reading_time() -> datetime | None:
    """When every source had been read for the last time; None before the first time."""
    read_at: datetime | None = await db.value("SELECT min(read_at) FROM statistics_watermark")
    return read_at
