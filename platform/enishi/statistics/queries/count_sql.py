"""The statements that figures are counted with.

Amounts are counted for each kind of act, people for each combination of kinds that they did: what
a metric makes of them is arithmetic (`figures`). Both are read from the facts, or, where the scope
allows it, from their rollups, which are far smaller. {key} and {where} are the only parts that
depend on what is asked for.
"""

from collections.abc import Sequence
from typing import Any

from enishi.statistics.metrics import Acts, Dimension, person_bits
from enishi.statistics.schemas import Scope

Statement = tuple[str, list[Any]]

# The key of a row, in the type that groups fastest. A fact has every dimension; rollups have those
# that `has_rollup` allows.
_KEYS: dict[Dimension | None, str] = {
    None: "''",
    Dimension.MONTH: "date_trunc('month', f.day)::date",
    Dimension.DAY: "f.day",
    Dimension.PREFECTURE: "f.home_prefecture",
    Dimension.AGE_BAND: "f.age_band",
    Dimension.THEME: "coalesce(theme, '')",
    Dimension.PLACE: "f.place_code",
    Dimension.PLACE_PREFECTURE: "left(f.place_code, 2)",
    Dimension.CHANNEL: "f.channel",
    Dimension.SUBJECT: "f.subject_kind || ' ' || f.subject_id",
    Dimension.TIE: "f.tie",
}
# statistics_day_sum holds each amount once by each of these: by any one it adds up to the whole.
_SUMMED_BY = {Dimension.PREFECTURE, Dimension.AGE_BAND, Dimension.CHANNEL}
# A municipality, or a prefecture by its two digits.
# The kind is a constant, so that the planner may use the index of registrations by place.
_OF_PLACE = {
    6: "f.subject_kind = 'place' AND f.place_code = ?",
    2: "f.subject_kind = 'place' AND left(f.place_code, 2) = ?",
}
_OF_EVERY_SUM = {None, Dimension.DAY, Dimension.MONTH, Dimension.SUBJECT}
# Guests whom an office left out of the counts and did not take back: few, by an index of their own.
_IS_COUNTED = """f.person_key NOT IN (
    SELECT aside.person_key FROM statistics_fact AS aside
    WHERE aside.kind IN ('participation.set_aside', 'participation.taken_back')
        AND aside.person_key IS NOT NULL
    GROUP BY aside.person_key
    HAVING sum(CASE aside.kind WHEN 'participation.set_aside' THEN 1 ELSE -1 END) > 0)"""

HAS_REGISTRATIONS = """
SELECT EXISTS (SELECT FROM statistics_fact
    WHERE subject_kind = 'place' AND kind = 'registration.opened' AND place_code LIKE $1)
"""


def has_rollup(dimension: Dimension | None, scope: Scope) -> bool:
    """Whether the rollups hold what is asked for; else it is counted over the facts."""
    return scope.organisation_id is not None and dimension in _SUMMED_BY | _OF_EVERY_SUM


def amounts_of_facts(kinds: Sequence[str], dimension: Dimension | None, scope: Scope) -> Statement:
    """Rows of key, kind and amount."""
    where, args = _where(scope, {"f.kind = ANY (?)": kinds})
    return (
        f"""
        SELECT {_KEYS[dimension]} AS key, f.kind, sum(f.amount)::bigint AS amount
        FROM {_facts(dimension)}
        WHERE {where}
        GROUP BY 1, 2
        """,  # noqa: S608 (constants; values are parameters)
        args,
    )


def amounts_of_day_sums(
    kinds: Sequence[str], dimension: Dimension | None, scope: Scope
) -> Statement:
    """As amounts_of_facts, from their rollup."""
    by_dimension = dimension in _SUMMED_BY
    summed_by = dimension if by_dimension else Dimension.CHANNEL
    where, args = _where(scope, {"f.dimension = ?": str(summed_by), "f.kind = ANY (?)": kinds})
    return (
        f"""
        SELECT {"f.key" if by_dimension else _KEYS[dimension]} AS key, f.kind,
            sum(f.amount)::bigint AS amount
        FROM statistics_day_sum AS f
        WHERE {where}
        GROUP BY 1, 2
        """,  # noqa: S608 (constants; values are parameters)
        args,
    )


def persons_of_facts(kinds: Sequence[str], dimension: Dimension | None, scope: Scope) -> Statement:
    """Rows of key, acts (the bits of PERSON_KINDS) and persons: those who did just these acts."""
    where, args = _where(scope, {"f.kind = ANY (?)": kinds})
    bits = " ".join(f"WHEN '{kind}' THEN {person_bits([kind])}" for kind in kinds)
    return (
        f"""
        SELECT key, acts, count(*) AS persons
        FROM (
            SELECT {_KEYS[dimension]} AS key, f.person_key, bit_or(CASE f.kind {bits} END) AS acts
            FROM {_facts(dimension)}
            WHERE {where} AND f.person_key IS NOT NULL AND {_IS_COUNTED}
            GROUP BY 1, 2
        ) AS person
        GROUP BY 1, 2
        """,  # noqa: S608 (constants; values are parameters)
        args,
    )


def persons_of_person_days(
    kinds: Sequence[str], dimension: Dimension | None, scope: Scope
) -> Statement:
    """As persons_of_facts, from their rollup; `acts` may have bits that were not asked for."""
    where, args = _where(scope, {"f.acts & ?::integer <> 0": person_bits(kinds)})
    return (
        f"""
        SELECT key, acts, count(*) AS persons
        FROM (
            SELECT {_KEYS[dimension]} AS key, f.person_key, bit_or(f.acts) AS acts
            FROM statistics_person_day AS f
            WHERE {where} AND {_IS_COUNTED}
            GROUP BY 1, 2
        ) AS person
        GROUP BY 1, 2
        """,  # noqa: S608 (constants; values are parameters)
        args,
    )


def joined(dimension: Dimension | None, scope: Scope, did: Sequence[str] = ()) -> Statement:
    """Rows of key and persons: those who joined a dialogue, and did any of `did` by `scope.until`.

    What is known of them is what was known on their first day.
    """
    where, args = _where(scope, {})
    if did:
        args = [*args, person_bits(did)]
        where += f"""
            AND EXISTS (SELECT FROM statistics_person_day AS d
                WHERE d.person_key = f.person_key AND d.subject_kind = f.subject_kind
                    AND d.subject_id = f.subject_id AND d.day <= $1
                    AND d.acts & ${len(args)}::integer <> 0)"""
    return (
        f"""
        SELECT {_KEYS[dimension]} AS key, count(*) AS persons
        FROM {_facts(dimension, "statistics_person_first")}
        WHERE {where} AND f.subject_kind = 'consultation' AND {_IS_COUNTED}
        GROUP BY 1
        """,  # noqa: S608 (constants; values are parameters)
        args,
    )


def retention(scope: Scope) -> Statement:
    """Rows of joined, active (first days of months) and persons who joined in the scope."""
    where, args = _where(scope, {})
    return (
        f"""
        SELECT joined, active, count(*) AS persons
        FROM (
            SELECT DISTINCT f.person_key, f.subject_id, date_trunc('month', f.day)::date AS joined,
                date_trunc('month', d.day)::date AS active
            FROM statistics_person_first AS f
            JOIN statistics_person_day AS d ON d.person_key = f.person_key
                AND d.subject_kind = f.subject_kind AND d.subject_id = f.subject_id
                AND d.day <= $1
            WHERE {where} AND f.subject_kind = 'consultation' AND {_IS_COUNTED}
        ) AS person
        GROUP BY 1, 2
        ORDER BY 1, 2
        """,  # noqa: S608 (constants; values are parameters)
        args,
    )


def net_persons(value: Acts, dimension: Dimension | None, scope: Scope) -> Statement:
    """Rows of key and persons: those who did the acts more often than they took them back."""
    where, args = _where(scope, {"f.kind = ANY (?)": value.kinds})
    taken_back = f"${len(args) + 1}"
    return (
        f"""
        SELECT key, count(*) AS persons
        FROM (
            SELECT {_KEYS[dimension]} AS key, f.person_key
            FROM {_facts(dimension)}
            WHERE {where} AND f.person_key IS NOT NULL
            GROUP BY 1, 2
            HAVING sum(CASE WHEN f.kind = ANY ({taken_back}) THEN -f.amount ELSE f.amount END) > 0
        ) AS person
        GROUP BY 1
        """,  # noqa: S608 (constants; values are parameters)
        [*args, value.minus],
    )


def _facts(dimension: Dimension | None, table: str = "statistics_fact") -> str:
    """A dialogue under two themes counts under both."""
    if dimension is Dimension.THEME:
        return f"""{table} AS f
            LEFT JOIN LATERAL unnest(string_to_array(f.theme_code, ' ')) AS theme ON true"""
    return f"{table} AS f"


def _where(scope: Scope, asked: dict[str, Any]) -> Statement:
    """Only the conditions that are asked for, so that each plan can use the best index."""
    conditions = asked | {
        "f.day <= ?": scope.until,
        "f.day >= ?": scope.since,
        "f.organisation_id = ?": scope.organisation_id,
        "f.subject_kind = ?": scope.subject_kind,
        "f.subject_id = ?": scope.subject_id,
    }
    if scope.place is not None:
        conditions[_OF_PLACE[len(scope.place)]] = scope.place
    given = {text: value for text, value in conditions.items() if value is not None}
    numbered = (text.replace("?", f"${i}") for i, text in enumerate(given, start=1))
    return " AND ".join(numbered), list(given.values())
