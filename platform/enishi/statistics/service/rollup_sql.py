"""The rollups of facts, in SQL: amounts by day and dimension, a person's days and first day.

DAY_SUMS, PERSON_DAYS and PERSON_FIRSTS are common table expressions that read a relation `facts`.
The statement that uses them names that relation first: the facts just written, those of some
people, or all.
"""

from dataclasses import dataclass

from enishi.statistics.metrics import PERSON_KINDS, person_bits

# Three sums side by side: for GROUPING SETS over millions of rows the planner sorts files.
DAY_SUMS = """
day_sums AS (
    SELECT organisation_id, subject_kind, subject_id, day, kind,
        'prefecture' AS dimension, home_prefecture AS key, sum(amount) AS amount
    FROM facts WHERE organisation_id IS NOT NULL
    GROUP BY organisation_id, subject_kind, subject_id, day, kind, home_prefecture
    UNION ALL
    SELECT organisation_id, subject_kind, subject_id, day, kind,
        'age_band' AS dimension, age_band AS key, sum(amount) AS amount
    FROM facts WHERE organisation_id IS NOT NULL
    GROUP BY organisation_id, subject_kind, subject_id, day, kind, age_band
    UNION ALL
    SELECT organisation_id, subject_kind, subject_id, day, kind,
        'channel' AS dimension, channel AS key, sum(amount) AS amount
    FROM facts WHERE organisation_id IS NOT NULL
    GROUP BY organisation_id, subject_kind, subject_id, day, kind, channel
)
"""

_BIT_OF_KIND = " ".join(f"WHEN '{kind}' THEN {person_bits([kind])}" for kind in PERSON_KINDS)
_KINDS = ", ".join(f"'{kind}'" for kind in PERSON_KINDS)
PERSON_DAYS = f"""
person_days AS (
    SELECT organisation_id, subject_kind, subject_id, day, person_key, home_prefecture, age_band,
        channel, bit_or(CASE kind {_BIT_OF_KIND} END) AS acts
    FROM facts
    WHERE organisation_id IS NOT NULL AND person_key IS NOT NULL AND kind IN ({_KINDS})
    GROUP BY organisation_id, subject_kind, subject_id, day, person_key, home_prefecture, age_band,
        channel
)
"""  # noqa: S608 (the kinds are constants)

# A person's first day under a subject, with what was known of the person then. Of several acts on
# that day the least row counts, whatever the order of reading: an account before a guest.
_FIRST = "day, channel, home_prefecture, age_band, tie, place_code, theme_code"
PERSON_FIRSTS = f"""
person_firsts AS (
    SELECT DISTINCT ON (person_key, subject_kind, subject_id)
        person_key, subject_kind, subject_id, organisation_id, {_FIRST}
    FROM facts
    WHERE organisation_id IS NOT NULL AND person_key IS NOT NULL AND kind IN ({_KINDS})
    ORDER BY person_key, subject_kind, subject_id, {_FIRST}
)
"""  # noqa: S608 (the kinds are constants)


def _columns_of(relation: str, names: str) -> str:
    return ", ".join(f"{relation}.{name}" for name in names.split(", "))


# Adds new facts to what is stored. For a statement with all expressions above.
ADD = f"""
added_sums AS (
    INSERT INTO statistics_day_sum AS s
        (organisation_id, subject_kind, subject_id, day, kind, dimension, key, amount)
    SELECT organisation_id, subject_kind, subject_id, day, kind, dimension, key, amount
    FROM day_sums
    ON CONFLICT (organisation_id, subject_kind, subject_id, day, kind, dimension, key)
        DO UPDATE SET amount = s.amount + EXCLUDED.amount
),
added_days AS (
    INSERT INTO statistics_person_day AS p
        (organisation_id, subject_kind, subject_id, day, person_key, home_prefecture, age_band,
        channel, acts)
    SELECT organisation_id, subject_kind, subject_id, day, person_key, home_prefecture, age_band,
        channel, acts
    FROM person_days
    ON CONFLICT (person_key, organisation_id, subject_kind, subject_id, day, home_prefecture,
        age_band, channel) DO UPDATE SET acts = p.acts | EXCLUDED.acts
),
added_firsts AS (
    INSERT INTO statistics_person_first AS p
        (person_key, subject_kind, subject_id, organisation_id, {_FIRST})
    SELECT person_key, subject_kind, subject_id, organisation_id, {_FIRST} FROM person_firsts
    ON CONFLICT (person_key, subject_kind, subject_id)
        DO UPDATE SET ({_FIRST}) = ({_columns_of("EXCLUDED", _FIRST)})
        WHERE ({_columns_of("EXCLUDED", _FIRST)}) < ({_columns_of("p", _FIRST)})
)
"""  # noqa: S608 (made of constants)

ALL_FACTS = "SELECT * FROM statistics_fact"
FACTS_OF_PEOPLE = "SELECT * FROM statistics_fact WHERE person_key = ANY ($1)"


@dataclass(frozen=True)
class Rollup:
    """A table of rollups. `rows` is the expression that makes its rows, under the name `name`."""

    table: str
    columns: str
    name: str
    rows: str

    def insert(self, facts: str) -> str:
        """Add up `facts`, in the order of time: rows of a period then lie together on disk."""
        return f"""
        WITH facts AS NOT MATERIALIZED ({facts}), {self.rows}
        INSERT INTO {self.table} ({self.columns})
        SELECT {self.columns} FROM {self.name} ORDER BY organisation_id, day
        """  # noqa: S608 (the names are constants)

    def remove_people(self) -> str:
        """The rows of some person keys ($1)."""
        return f"DELETE FROM {self.table} WHERE person_key = ANY ($1)"  # noqa: S608 (a constant)

    def recount(self) -> str:
        """Add up all facts into a temporary table `rolled_up`."""
        return f"""
        CREATE TEMPORARY TABLE rolled_up ON COMMIT DROP AS
        WITH facts AS NOT MATERIALIZED ({ALL_FACTS}), {self.rows}
        SELECT {self.columns} FROM {self.name}
        """  # noqa: S608 (the names are constants)

    def count_missing(self) -> str:
        """Rows of `rolled_up` that the table does not hold."""
        return f"""
        SELECT count(*) FROM (SELECT {self.columns} FROM rolled_up
            EXCEPT ALL SELECT {self.columns} FROM {self.table}) AS missing
        """  # noqa: S608 (the names are constants)

    def count_surplus(self) -> str:
        """Rows of the table that are not in `rolled_up`."""
        return f"""
        SELECT count(*) FROM (SELECT {self.columns} FROM {self.table}
            EXCEPT ALL SELECT {self.columns} FROM rolled_up) AS surplus
        """  # noqa: S608 (the names are constants)

    def replace(self) -> tuple[str, str]:
        """Put the rows of `rolled_up` in the place of those that are stored."""
        return (
            f"DELETE FROM {self.table}",  # noqa: S608 (the names are constants)
            f"INSERT INTO {self.table} ({self.columns}) SELECT {self.columns} FROM rolled_up",  # noqa: S608
        )


DAY_SUM = Rollup(
    table="statistics_day_sum",
    columns="organisation_id, subject_kind, subject_id, day, kind, dimension, key, amount",
    name="day_sums",
    rows=DAY_SUMS,
)
PERSON_DAY = Rollup(
    table="statistics_person_day",
    columns="organisation_id, subject_kind, subject_id, day, person_key, home_prefecture,"
    " age_band, channel, acts",
    name="person_days",
    rows=PERSON_DAYS,
)
PERSON_FIRST = Rollup(
    table="statistics_person_first",
    columns=f"person_key, subject_kind, subject_id, organisation_id, {_FIRST}",
    name="person_firsts",
    rows=PERSON_FIRSTS,
)
OF_PEOPLE = (PERSON_DAY, PERSON_FIRST)
ROLLUPS = (DAY_SUM, *OF_PEOPLE)
