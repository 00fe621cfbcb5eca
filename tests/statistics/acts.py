"""Facts for tests of figures, written straight into the table: each of its own person."""

import uuid
from datetime import date

from enishi.kit import db
from enishi.statistics.service import rollups


async def happened(
    kind: str,
    times: int = 1,
    *,
    day: date,
    organisation_id: uuid.UUID | None = None,
    **where: str,
) -> None:
    """Write `times` acts, each of its own person.

    `where`: home (two digits), age, channel, theme, place; and the id of the consultation or
    programme, or the code of a place that somebody registered with.
    """
    kinds = ("consultation", "programme", "registered")
    subject_kind = next((kind for kind in kinds if kind in where), kinds[0])
    await db.fetch(
        """
        INSERT INTO statistics_fact (act_id, source, kind, day, person_key, home_prefecture,
            home_municipality, age_band, identity_level, channel, organisation_id, place_code,
            theme_code, subject_kind, subject_id, amount)
        SELECT gen_random_uuid(), 'tests', $1, $2, gen_random_uuid(), $3, '', $4, 0, $5, $6, $7,
            $8, $11, $9, 1
        FROM generate_series(1, $10::integer)
        """,
        kind,
        day,
        where.get("home", ""),
        where.get("age", ""),
        where.get("channel", "account"),
        organisation_id,
        where.get("registered", where.get("place", "")),
        where.get("theme", ""),
        where.get(subject_kind, ""),
        times,
        "place" if subject_kind == "registered" else subject_kind,
    )
    async with db.unit_of_work():
        await rollups.recount()
