"""The statements that count: over facts, or over what an organisation's facts were added up to.

Every statement answers rows of `key` and `m0`, `m1` … in the order of the values asked for.
"""

from collections.abc import Callable, Sequence
from typing import Any

from enishi.statistics.metrics import Acts, Amounts, Dimension, Persons, person_bits
from enishi.statistics.schemas import Scope

Statement = tuple[str, list[Any]]


Reading = Callable[[Sequence[Acts], Dimension | None, Scope], Statement]

_KEYS = {
    None: "''",
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
# What the days of people are brought together by before they are counted.
_GROUPED: dict[Dimension | None, dict[str, str]] = {
    None: {},
    Dimension.MONTH: {"day": "date_trunc('month', f.day)::date"},
    Dimension.DAY: {"day": "f.day"},
    Dimension.PREFECTURE: {"home_prefecture": "f.home_prefecture"},
    Dimension.AGE_BAND: {"age_band": "f.age_band"},
    Dimension.CHANNEL: {"channel": "f.channel"},
    Dimension.SUBJECT: {"subject_kind": "f.subject_kind", "subject_id": "f.subject_id"},
}
# A dialogue under two themes counts under both.
_THEMES = "LEFT JOIN LATERAL unnest(string_to_array(f.theme_code, ' ')) AS theme ON true"
# What is added up is kept by one of these; by any of them it adds up to the whole.
_KEPT_BY = {Dimension.PREFECTURE, Dimension.AGE_BAND, Dimension.CHANNEL}
_WITHIN = {None, Dimension.DAY, Dimension.MONTH, Dimension.SUBJECT}


def is_added_up(dimension: Dimension | None, scope: Scope) -> bool:
    """Whether `amounts` and `persons` know the answer; else it is counted over the facts."""
    return scope.organisation_id is not None and dimension in _KEPT_BY | _WITHIN


def facts(values: Sequence[Acts], dimension: Dimension | None, scope: Scope) -> Statement:
    """Any values of any dimension, from every fact of the scope."""
    join = _THEMES if dimension is Dimension.THEME else ""
    where, args = _where(scope, {"f.kind = ANY (?)": _kinds(values)})
    table = f"statistics_fact f {join}"
    return _select(_KEYS[dimension], _columns(values), table, where), args


def standing(values: Sequence[Acts], dimension: Dimension | None, scope: Scope) -> Statement:
    """What each person still stands by, from the facts; then the persons."""
    where, args = _where(scope, {"f.kind = ANY (?)": _kinds(values)})
    sums = ", ".join(
        f"{_counted(Amounts(each.plus), each.plus)} > {_counted(Amounts(each.minus), each.minus)}"
        f" AS m{i}"
        for i, each in enumerate(values)
    )
    counts = ", ".join(f"count(*) FILTER (WHERE f.m{i}) AS m{i}" for i in range(len(values)))
    key = _KEYS[dimension]
    people = _select(key, sums, "statistics_fact f", f"{where} AND f.person_key IS NOT NULL")
    return _select("f.key", counts, f"({people}, f.person_key) AS f", "true"), args


def amounts(values: Sequence[Acts], dimension: Dimension | None, scope: Scope) -> Statement:
    kept_by = dimension if dimension in _KEPT_BY else Dimension.CHANNEL
    where, args = _where(
        scope, {"f.dimension = ?": str(kept_by), "f.kind = ANY (?)": _kinds(values)}
    )
    key = "f.key" if dimension in _KEPT_BY else _KEYS[dimension]
    return _select(key, _columns(values), "statistics_day_sum f", where), args


def persons(values: Sequence[Acts], dimension: Dimension | None, scope: Scope) -> Statement:
    """First one row for each person (and key, not yet as text), then the persons."""
    bits = person_bits(_kinds(values))
    where, args = _where(scope, {"f.acts & ?::integer <> 0": bits})
    counts = ", ".join(
        f"count(*) FILTER (WHERE f.acts & {person_bits(each.plus)} <> 0)"
        f" - count(*) FILTER (WHERE f.acts & {person_bits(each.minus)} <> 0) AS m{i}"
        for i, each in enumerate(values)
    )
    columns = _GROUPED[dimension]
    names = "".join(f"{expression} AS {name}, " for name, expression in columns.items())
    groups = "".join(f"{expression}, " for expression in columns.values())
    people = (
        f"SELECT {names}bit_or(f.acts) AS acts FROM statistics_person_day f"  # noqa: S608 (ours)
        f" WHERE {where} GROUP BY {groups}f.person_key"
    )
    return _select(_KEYS[dimension], counts, f"({people}) AS f", "true"), args


def _select(key: str, columns: str, table: str, where: str) -> str:
    return f"SELECT {key} AS key, {columns} FROM {table} WHERE {where} GROUP BY 1"  # noqa: S608 (ours)


def _kinds(values: Sequence[Acts]) -> list[str]:
    return sorted({kind for each in values for kind in each.kinds})


def _columns(values: Sequence[Acts]) -> str:
    return ", ".join(
        f"({_counted(each, each.plus)} - {_counted(each, each.minus)})::bigint AS m{i}"
        for i, each in enumerate(values)
    )


def _counted(value: Acts, kinds: Sequence[str]) -> str:
    if not kinds:
        return "0"
    where = f"FILTER (WHERE f.kind IN ({', '.join(map(repr, kinds))}))"
    if isinstance(value, Persons):
        return f"count(DISTINCT f.person_key) {where}"
    return f"coalesce(sum(f.amount) {where}, 0)"


def _where(scope: Scope, asked: dict[str, Any]) -> Statement:
    """Only the conditions that are asked for, so that each plan uses the index it can."""
    conditions = asked | {
        "f.day <= ?": scope.until,
        "f.day >= ?": scope.since,
        "f.organisation_id = ?": scope.organisation_id,
        "f.subject_kind = ?": scope.subject_kind,
        "f.subject_id = ?": scope.subject_id,
    }
    told = {text: value for text, value in conditions.items() if value is not None}
    numbered = (text.replace("?", f"${i}") for i, text in enumerate(told, start=1))
    return " AND ".join(numbered), list(told.values())
