"""The log of persons, for applications that the sample content fills in with COPY."""

from enishi.accounts.dimensions import AGE_BANDS
from enishi.kit import db
from enishi.programmes.applications.person_acts import COLUMNS

# The acts of persons that the services would have written with the events: see person_acts.py.
_FILL_PERSON_ACTS = f"""
INSERT INTO programmes_person_act ({COLUMNS})
SELECT gen_random_uuid(), e.id, act.kind, e.happened_at, a.id, a.session_id, m.position,
    m.is_own, CASE WHEN m.is_own THEN a.applicant_id END,
    CASE WHEN m.is_own OR m.kind = 'child' THEN a.home_municipality ELSE '' END,
    CASE WHEN m.age IS NOT NULL THEN ($1::text[])[width_bucket(m.age, $2::smallint[])]
        WHEN m.is_own THEN a.age_band ELSE '' END,
    CASE WHEN m.is_own THEN a.identity_level ELSE 0 END, a.channel, a.organisation_id,
    s.programme_id, p.kind, a.place_code, a.theme_code,
    CASE WHEN m.is_own THEN a.tie
        WHEN m.kind <> 'child' OR a.home_municipality = '' OR a.place_code = '' THEN 'unknown'
        WHEN a.home_municipality = a.place_code THEN 'resident'
        ELSE 'outside' END, 'party'
FROM (
    SELECT *, lag(state) OVER log AS was, bool_or(state = 'confirmed') OVER log AS had_place
    FROM programmes_application_event
    WINDOW log AS (PARTITION BY application_id ORDER BY happened_at, id)
) AS e
JOIN programmes_application a ON a.id = e.application_id
JOIN programmes_session s ON s.id = a.session_id
JOIN programmes_programme p ON p.id = s.programme_id
JOIN (
    SELECT *, kind <> 'child' AND position = min(position) FILTER (WHERE kind <> 'child')
        OVER (PARTITION BY application_id) AS is_own
    FROM programmes_party_member
) AS m ON m.application_id = a.id
CROSS JOIN LATERAL (
    SELECT 'application.made' AS kind WHERE e.was IS NULL
    UNION ALL SELECT 'application.' || e.state WHERE e.state NOT IN ('attended', 'absent')
    UNION ALL SELECT 'place.given_back'
        WHERE e.had_place AND e.state IN ('cancelled', 'cancelled_by_host')
    UNION ALL SELECT 'person.' || e.state WHERE e.state IN ('attended', 'absent')
    UNION ALL SELECT 'person.' || e.was || '_taken_back'
        WHERE e.was IN ('attended', 'absent') AND e.was <> e.state
) AS act
"""  # noqa: S608 (made of constants)


async def fill_person_acts() -> None:
    """Write the acts of persons of all events, once they are all there, into an empty log."""
    lowest = [int(band.partition("-")[0]) for band in AGE_BANDS]
    async with db.unit_of_work():
        if not await db.fetch_value("SELECT EXISTS (SELECT FROM programmes_person_act)"):
            await db.execute(_FILL_PERSON_ACTS, list(AGE_BANDS), lowest)
