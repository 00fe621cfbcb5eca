"""From the rows of a log to facts, in SQL.

A domain declares its log as a SELECT of acts (kit.facts). Each statement here names that SELECT
`acts`, makes facts of it under the name `derived`, and goes on from there. PostgreSQL puts an
expression that is read once in its place, so the names cost nothing.

In the functions $1 is the name of the source; $2 and $3 are the first transaction that is read and
the first that is not, as text, unless the whole log is read.
"""

from enishi.kit.facts import FactSource
from enishi.statistics.service import rollup_sql

_NAMES = (
    "act_id",
    "source",
    "kind",
    "day",
    "person_key",
    "home_prefecture",
    "home_municipality",
    "age_band",
    "identity_level",
    "channel",
    "organisation_id",
    "place_code",
    "theme_code",
    "subject_kind",
    "subject_id",
    "amount",
    "tie",
    "programme_kind",
)
_COLUMNS = ", ".join(_NAMES)


def _columns_of(relation: str) -> str:
    return ", ".join(f"{relation}.{name}" for name in _NAMES)


def _person_key(person_id: str) -> str:
    """A person hashed with the salt of this installation: a fact alone names no account."""
    salted = f"convert_to(salt.value || {person_id}::text, 'UTF8')"
    return f"substring(encode(sha256({salted}), 'hex') FOR 32)::uuid"


# One reader at a time: a second one waits here and then finds nothing new.
LOCK_ALL = "SELECT pg_advisory_xact_lock(x'73756d73'::int)"  # "sums"
# In another cluster (a restored dump) transaction numbers start over, so logs are read from 0.
LOCK_SOURCE = """
INSERT INTO statistics_watermark (source, cluster, read_at, tx) VALUES ($1, $2, $3, '0'::xid8)
ON CONFLICT (source) DO UPDATE SET read_at = $3
RETURNING CASE WHEN cluster = $2 THEN tx ELSE '0'::xid8 END::text
"""
CLUSTER = "SELECT system_identifier::text FROM pg_control_system()"
# The oldest transaction still running: older ones have committed or were rolled back.
HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"
ADVANCE = "UPDATE statistics_watermark SET tx = $2::text::xid8, cluster = $3 WHERE source = $1"

# A fact's day is the calendar day in Japan. Its person is who the person of the log became.
_DERIVED = f"""
derived AS (
    SELECT acts.act_id, $1::text AS source, acts.kind,
        (acts.happened_at AT TIME ZONE 'Asia/Tokyo')::date AS day,
        {_person_key("coalesce(moves.moved_to, acts.person_id)")} AS person_key,
        left(acts.home_municipality, 2) AS home_prefecture, acts.home_municipality,
        acts.age_band, acts.identity_level, acts.channel, acts.organisation_id, acts.place_code,
        acts.theme_code, acts.subject_kind, acts.subject_id, acts.amount, acts.tie,
        acts.programme_kind, acts.tx, moves.tx AS moved_tx
    FROM acts LEFT JOIN moves ON moves.person_id = acts.person_id
        CROSS JOIN statistics_salt AS salt
)
"""  # noqa: S608 (made of constants)

# A row is read a second time after an erasure: its fact then loses the key and nothing else. In
# another cluster all rows are read again: a fact then follows a person who moved.
_COPIED = f"""
copied AS (
    INSERT INTO statistics_fact AS f ({_COLUMNS})
    SELECT {_COLUMNS} FROM derived
    ON CONFLICT (act_id) DO UPDATE SET person_key = EXCLUDED.person_key
        WHERE f.person_key IS NOT NULL AND f.person_key IS DISTINCT FROM EXCLUDED.person_key
    RETURNING f.*, old.person_key AS old_key, old.act_id IS NULL AS is_new
),
facts AS (SELECT * FROM copied WHERE is_new)
"""  # noqa: S608 (made of constants)

# For rows that `recount` found: missing and different facts are written as the log has them.
MEND = f"""
WITH mended AS (
    INSERT INTO statistics_fact ({_COLUMNS})
    SELECT {_columns_of("r")}
    FROM recounted AS r LEFT JOIN statistics_fact AS f ON f.act_id = r.act_id
    WHERE r.was_read AND ({_columns_of("r")}) IS DISTINCT FROM ({_columns_of("f")})
    ON CONFLICT (act_id) DO UPDATE SET ({_COLUMNS}) = ({_columns_of("EXCLUDED")})
    RETURNING 1
)
SELECT count(*) FROM mended
"""  # noqa: S608 (made of constants)
REMOVE_SURPLUS = """
WITH removed AS (
    DELETE FROM statistics_fact AS f WHERE f.source = $1
        AND NOT EXISTS (SELECT FROM recounted AS r WHERE r.act_id = f.act_id)
    RETURNING 1
)
SELECT count(*) FROM removed
"""

KEY_OF_ACCOUNT = f"SELECT {_person_key('$1::uuid')} FROM statistics_salt AS salt"  # noqa: S608
CUT_KEY = "UPDATE statistics_fact SET person_key = NULL WHERE person_key = $1"


def _acts(source: FactSource, *, whole: bool) -> str:
    moves = f"moves AS ({source.moves})"
    if whole:
        return f"{moves}, acts AS ({source.select})"
    return f"""
    {moves}, acts AS (
        SELECT * FROM ({source.select}) AS log
        WHERE log.tx >= $2::text::{source.tx_type} AND log.tx < $3::text::{source.tx_type}
    )
    """  # noqa: S608 (declared by a domain)


def collect(source: FactSource, *, whole: bool) -> str:
    """Copy acts into facts and rollups.

    Returns the number of `new` facts and the person keys that facts lost (`old_keys`) or got
    instead (`new_keys`).
    """
    return f"""
    WITH {_acts(source, whole=whole)},
    {_DERIVED},
    {_COPIED},
    {rollup_sql.DAY_SUMS},
    {rollup_sql.PERSON_DAYS},
    {rollup_sql.PERSON_FIRSTS},
    {rollup_sql.ADD}
    SELECT count(*) FILTER (WHERE is_new) AS new,
        array_agg(DISTINCT old_key) FILTER (WHERE NOT is_new) AS old_keys,
        array_agg(DISTINCT person_key) FILTER (WHERE NOT is_new AND person_key IS NOT NULL)
            AS new_keys
    FROM copied
    """  # noqa: S608 (made of constants)


def move(source: FactSource, *, whole: bool) -> str:
    """Give the facts of the persons who moved since the last collection their new person key.

    Returns the old and the new keys.
    """
    span = "" if whole else "WHERE log.tx >= $2::text::xid8 AND log.tx < $3::text::xid8"
    return f"""
    WITH moved AS (
        UPDATE statistics_fact AS f SET person_key = {_person_key("moves.moved_to")}
        FROM (SELECT * FROM ({source.moves}) AS log {span}) AS moves
            CROSS JOIN statistics_salt AS salt
        WHERE f.source = $1 AND f.person_key = {_person_key("moves.person_id")}
        RETURNING old.person_key AS old_key, new.person_key AS new_key
    )
    SELECT DISTINCT unnest(ARRAY[old_key, new_key]) AS key FROM moved
    """  # noqa: S608 (declared by a domain)


def build(source: FactSource, *, whole: bool) -> str:
    """Copy acts into empty facts: no row is looked up, and rollups are added up at the end."""
    return f"""
    WITH {_acts(source, whole=whole)},
    {_DERIVED}
    INSERT INTO statistics_fact ({_COLUMNS}) SELECT {_COLUMNS} FROM derived
    """  # noqa: S608 (made of constants)


def recount(source: FactSource) -> str:
    """Derive the facts of a whole log into a temporary table `recounted`.

    `was_read` says whether the last collection saw the act, and whom its person became: what came
    later is no drift.
    """
    return f"""
    CREATE TEMPORARY TABLE recounted ON COMMIT DROP AS
    WITH {_acts(source, whole=True)},
    {_DERIVED}
    SELECT {_COLUMNS}, greatest(tx::text::xid8, moved_tx) < coalesce(
        (SELECT w.tx FROM statistics_watermark AS w WHERE w.source = $1), '0'::xid8) AS was_read
    FROM derived
    """  # noqa: S608 (made of constants)
