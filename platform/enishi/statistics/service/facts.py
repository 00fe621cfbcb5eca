"""Deriving facts from the logs of the domains, and counting them again.

Everything is set-based: the rows never leave PostgreSQL.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from enishi.audit import service as audit
from enishi.kit import bulk_indexes, clock, db
from enishi.kit.facts import FactSource
from enishi.statistics.schemas import Drift
from enishi.statistics.service import rollups

# The fact of an act. Its day is the calendar day in Japan.
# The person is hashed with this installation's salt: a fact alone names no account.
_PERSON = """
substring(encode(sha256(convert_to(salt.value || acts.person_id::text, 'UTF8')), 'hex') FOR 32)
"""
_AS_FACTS = """
SELECT act_id, '{name}' AS source, kind, (happened_at AT TIME ZONE 'Asia/Tokyo')::date AS day,
    {person}::uuid AS person_key,
    CASE WHEN home_municipality = '' THEN '' ELSE left(home_municipality, 2) END AS home_prefecture,
    home_municipality, age_band, identity_level, channel, organisation_id, place_code, theme_code,
    subject_kind, subject_id, amount, tx
FROM ({select}) AS acts CROSS JOIN statistics_salt salt
"""
_COLUMNS = """act_id, source, kind, day, person_key, home_prefecture, home_municipality, age_band,
    identity_level, channel, organisation_id, place_code, theme_code, subject_kind, subject_id,
    amount"""

# In another cluster transaction numbers start anew (a restored dump): all is read again.
_LOCK = """
INSERT INTO statistics_watermark (source, cluster, read_at, tx) VALUES ($1, $2, $3, '0'::xid8)
ON CONFLICT (source) DO UPDATE SET read_at = $3
RETURNING CASE WHEN cluster = $2 THEN tx ELSE '0'::xid8 END::text
"""
_CLUSTER = "SELECT system_identifier::text FROM pg_control_system()"

# A row that is met again is one that a person was taken off: the fact loses its key, no more.
_COPY = f"""
WITH copied AS (
    INSERT INTO statistics_fact AS f ({_COLUMNS})
    {{facts}}
    ON CONFLICT (act_id) DO UPDATE SET person_key = NULL
        WHERE f.person_key IS NOT NULL AND EXCLUDED.person_key IS NULL
    RETURNING f.*, old.person_key AS cut_key, old.act_id IS NULL AS is_new
),
new_facts AS (SELECT * FROM copied WHERE is_new),
{rollups.WRITE}
SELECT count(*) FILTER (WHERE is_new) AS new, array_agg(cut_key) FILTER (WHERE NOT is_new) AS cut
FROM copied
"""  # noqa: S608 (made of constants)
# Only one reader at a time: a second one waits here and then finds nothing new.
_LOCK_ALL = "SELECT pg_advisory_xact_lock(x'73756d73'::int)"  # "sums"

# Compared is what the last collection had seen: later acts are not drift but news.
_RECOUNT = """
CREATE TEMPORARY TABLE recounted ON COMMIT DROP AS
SELECT {columns}, tx::text::xid8 < coalesce((SELECT w.tx FROM statistics_watermark w
    WHERE w.source = '{name}'), '0'::xid8) AS was_read
FROM ({facts}) AS read
"""
_DIFFERS = " OR ".join(
    f"r.{name} IS DISTINCT FROM f.{name}" for name in map(str.strip, _COLUMNS.split(","))
)
_MEND = f"""
WITH mended AS (
    INSERT INTO statistics_fact ({_COLUMNS})
    SELECT {", ".join(f"r.{name.strip()}" for name in _COLUMNS.split(","))}
    FROM recounted r LEFT JOIN statistics_fact f ON f.act_id = r.act_id
    WHERE r.was_read AND ({_DIFFERS})
    ON CONFLICT (act_id) DO UPDATE SET ({_COLUMNS}) = ROW (EXCLUDED.*)
    RETURNING 1
)
SELECT count(*) FROM mended
"""  # noqa: S608 (made of constants)
_REMOVE_SURPLUS = """
WITH removed AS (
    DELETE FROM statistics_fact f WHERE source = $1
        AND NOT EXISTS (SELECT FROM recounted r WHERE r.act_id = f.act_id)
    RETURNING 1
)
SELECT count(*) FROM removed
"""


def _as_facts(source: FactSource) -> str:
    return _AS_FACTS.format(name=source.name, select=source.select, person=_PERSON)


async def collect(sources: Iterable[FactSource]) -> int:
    """Copy the acts that are new since the last time; answers how many. May be called any time.

    One unit of work a source: facts and watermark move together, so a killed worker repeats
    nothing and leaves out nothing.
    """
    return sum([await _collect(source) for source in sources])


async def _collect(source: FactSource) -> int:
    async with db.unit_of_work():
        news = await _find_news(source)
        [copied] = await db.fetch(_COPY.format(facts=news.facts), *news.args)
        if copied["cut"]:
            await rollups.rebuild_person_days(copied["cut"])
        await _advance(source, news)
        return int(copied["new"])


async def build(sources: Iterable[FactSource]) -> None:
    """Collect for the first time, when there is much: facts first, their indexes at the end.

    With facts there already it is a collection as any other. All of it is one unit of work.
    """
    async with db.unit_of_work():
        # Whoever locks all of them takes them in this order.
        found = [
            (source, await _find_news(source))
            for source in sorted(sources, key=lambda each: each.name)
        ]
        if await db.value("SELECT EXISTS (SELECT FROM statistics_fact)"):
            await collect(source for source, _ in found)
            return
        async with bulk_indexes.set_aside(("statistics_fact",)):
            for source, news in found:
                # Nothing can be met again, so no row has to be looked for.
                await db.fetch(
                    f"INSERT INTO statistics_fact ({_COLUMNS}) {news.facts}",
                    *news.args,
                )
                await _advance(source, news)
        # Else the planner takes the table for small, and sorts files to add it up.
        await db.fetch("ANALYZE statistics_fact")
        await rollups.build()


@dataclass(frozen=True)
class _News:
    """What has happened since the last reading: a SELECT of facts, and up to where it reads."""

    facts: str
    args: tuple[str, ...]
    horizon: str
    cluster: str


async def _find_news(source: FactSource) -> _News:
    """Lock the source until the end of the unit of work and say what is new."""
    await db.fetch(_LOCK_ALL)
    cluster = await db.value(_CLUSTER)
    after = await db.value(_LOCK, source.name, cluster, clock.now())
    # Asked before the copy looks: what the copy does not see has no lower number.
    horizon = await db.value("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
    facts = f"SELECT {_COLUMNS} FROM ({_as_facts(source)}) AS read"  # noqa: S608 (constants)
    if after == "0":  # also numbers of another cluster, which may lie beyond the horizon
        return _News(f"{facts} WHERE true", (), horizon, cluster)
    between = f"tx >= $1::text::{source.tx_type} AND tx < $2::text::{source.tx_type}"
    return _News(f"{facts} WHERE {between}", (after, horizon), horizon, cluster)


async def _advance(source: FactSource, news: _News) -> None:
    await db.fetch(
        "UPDATE statistics_watermark SET tx = $2::text::xid8, cluster = $3 WHERE source = $1",
        source.name,
        news.horizon,
        news.cluster,
    )


async def recount(sources: Iterable[FactSource]) -> list[Drift]:
    """Derive every fact anew from the logs, say where the stored ones differed, and mend them.

    Drift is counted in facts (and in rows of what they add up to): those missing, those too
    many. Both are 0 unless there is a bug.
    """
    drifts = [await _recount(source) for source in sources]
    async with db.unit_of_work():
        await db.fetch(_LOCK_ALL)
        for drift in await rollups.recount():
            await _record(drift)
            drifts.append(drift)
    return drifts


async def _recount(source: FactSource) -> Drift:
    async with db.unit_of_work():
        await db.fetch(_LOCK_ALL)
        await db.fetch("DROP TABLE IF EXISTS recounted")
        await db.fetch(_RECOUNT.format(columns=_COLUMNS, facts=_as_facts(source), name=source.name))
        drift = Drift(
            source=source.name,
            missing=await db.value(_MEND),
            surplus=await db.value(_REMOVE_SURPLUS, source.name),
        )
        await _record(drift)
        return drift


async def _record(drift: Drift) -> None:
    if drift.missing or drift.surplus:
        await audit.record(
            "statistics.facts.mended",
            actor_id=None,
            subject=("source", drift.source),
            missing=drift.missing,
            surplus=drift.surplus,
        )


async def cut_person(account_id: uuid.UUID) -> None:
    """Cut the key of a person from their facts. The acts stay counted."""
    async with db.unit_of_work():
        # A collection under way may have read the person before their domain let go of them.
        await db.fetch(_LOCK_ALL)
        key = await db.value(
            f"""
            SELECT {_PERSON}::uuid
            FROM (SELECT $1::uuid AS person_id) AS acts CROSS JOIN statistics_salt salt
            """,  # noqa: S608 (made of constants)
            account_id,
        )
        await db.fetch("UPDATE statistics_fact SET person_key = NULL WHERE person_key = $1", key)
        await rollups.rebuild_person_days([key])
