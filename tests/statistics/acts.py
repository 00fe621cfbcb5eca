"""Facts for tests of figures, written straight into the table: each of its own person."""

from datetime import date

from enishi.kit import db


async def happened(kind: str, times: int = 1, *, day: date, **where: str) -> None:
    """`where` may tell the home (two digits), the theme and the place."""
    await db.fetch(
        """
        INSERT INTO statistics_fact (act_id, source, kind, day, person_key, home_prefecture,
            home_municipality, age_band, identity_level, channel, place_code, theme_code,
            subject_kind, subject_id, amount)
        SELECT gen_random_uuid(), 'tests', $1, $2, gen_random_uuid(), $3, '', '', 0, 'account',
            $4, $5, 'consultation', '', 1
        FROM generate_series(1, $6::integer)
        """,
        kind,
        day,
        where.get("home", ""),
        where.get("place", ""),
        where.get("theme", ""),
        times,
    )
