"""What an office's figures are read from: facts added up by day, and who was there on which day.

Both follow from the facts alone and move in the statement that writes them. A day's amounts are
kept by one dimension at a time, as they are asked for; a person's day is one row, so that people
can be counted once over any period. Only acts of an organisation's own subjects are in here.
"""

import uuid
from collections.abc import Sequence

from enishi.kit import bulk_indexes, db
from enishi.statistics.metrics import PERSON_KINDS, person_bits
from enishi.statistics.schemas import Drift

# Millions of facts are added up in memory, not by sorting files.
_MEMORY = "SET LOCAL work_mem = '128MB'"

TABLES = ("statistics_day_sum", "statistics_person_day")

_OF = "organisation_id, subject_kind, subject_id, day"
_DAY = f"{_OF}, kind, dimension, key, amount"
_PERSON = f"{_OF}, person_key, home_prefecture, age_band, channel, acts"
_KIND_BITS = " ".join(f"WHEN '{kind}' THEN {person_bits([kind])}" for kind in PERSON_KINDS)
_KINDS = ", ".join(f"'{kind}'" for kind in PERSON_KINDS)

# Three plain sums: for grouping sets over millions of rows the planner sorts files.
_DIMENSIONS = {
    "prefecture": "home_prefecture",
    "age_band": "age_band",
    "channel": "channel",
}
_DAYS = " UNION ALL ".join(
    f"SELECT {_OF}, kind, '{dimension}' AS dimension, {column} AS key, sum(amount) AS amount"  # noqa: S608 (made of constants)
    f" FROM {{facts}} WHERE organisation_id IS NOT NULL GROUP BY {_OF}, kind, {column}"
    for dimension, column in _DIMENSIONS.items()
)
_PEOPLE = f"""
SELECT {_OF}, person_key, home_prefecture, age_band, channel,
    bit_or(CASE kind {_KIND_BITS} END)::integer AS acts
FROM {{facts}} WHERE organisation_id IS NOT NULL AND person_key IS NOT NULL AND kind IN ({_KINDS})
GROUP BY {_OF}, person_key, home_prefecture, age_band, channel
"""  # noqa: S608 (made of constants)

_BOTH = tuple(zip(TABLES, (_DAY, _PERSON), (_DAYS, _PEOPLE), strict=True))

# For the statement that writes facts: `new_facts` are those it has written.
WRITE = f"""
days AS (
    INSERT INTO statistics_day_sum AS s ({_DAY}) {_DAYS.format(facts="new_facts")}
    ON CONFLICT ({_DAY.removesuffix(", amount")})
        DO UPDATE SET amount = s.amount + EXCLUDED.amount
),
people AS (
    INSERT INTO statistics_person_day AS p ({_PERSON}) {_PEOPLE.format(facts="new_facts")}
    ON CONFLICT (person_key, {_OF}, home_prefecture, age_band, channel)
        DO UPDATE SET acts = p.acts | EXCLUDED.acts
)
"""  # noqa: S608 (made of constants)


async def build() -> None:
    """Add up all facts, when nothing was added up before.

    In the order in which time would have brought the rows: a period then lies together.
    """
    async with bulk_indexes.set_aside(TABLES):
        await db.fetch(_MEMORY)
        for table, columns, select in _BOTH:
            await db.fetch(f"{_insert(table, columns, select)} ORDER BY organisation_id, day")


async def rebuild_person_days(people: Sequence[uuid.UUID]) -> None:
    """Have the days of these people as their facts say now: some of their acts lost the key."""
    await db.fetch("DELETE FROM statistics_person_day WHERE person_key = ANY ($1)", people)
    theirs = "(SELECT * FROM statistics_fact WHERE person_key = ANY ($1)) AS f"
    await db.fetch(_insert("statistics_person_day", _PERSON, _PEOPLE, theirs), people)


async def recount() -> list[Drift]:
    """Add up every fact anew, say how many rows differed, and mend them."""
    await db.fetch(_MEMORY)
    return [await _recount(table, columns, select) for table, columns, select in _BOTH]


async def _recount(table: str, columns: str, select: str) -> Drift:
    await db.fetch("DROP TABLE IF EXISTS added_up")
    await db.fetch(
        "CREATE TEMPORARY TABLE added_up ON COMMIT DROP AS "
        + select.format(facts="statistics_fact")
    )
    differing = "SELECT count(*) FROM (SELECT {0} FROM {1} EXCEPT ALL SELECT {0} FROM {2}) AS d"
    drift = Drift(
        source=table,
        missing=await db.value(differing.format(columns, "added_up", table)),
        surplus=await db.value(differing.format(columns, table, "added_up")),
    )
    if drift.missing or drift.surplus:
        await db.fetch(f"DELETE FROM {table}")  # noqa: S608 (ours)
        await db.fetch(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM added_up")  # noqa: S608
    return drift


def _insert(table: str, columns: str, select: str, facts: str = "statistics_fact") -> str:
    return f"INSERT INTO {table} ({columns}) {select.format(facts=facts)}"
