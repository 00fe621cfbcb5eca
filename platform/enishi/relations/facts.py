"""The logs of this domain that statistics collect."""

from enishi.kit.facts import FactSource

REGISTRATIONS = FactSource(
    name="relations.registrations",
    select="""
    SELECT e.id AS act_id, 'registration.' || e.act AS kind, e.happened_at,
        r.account_id AS person_id, e.home_municipality, e.age_band, e.identity_level,
        'account' AS channel, NULL::uuid AS organisation_id, r.municipality_code AS place_code,
        '' AS theme_code, 'place' AS subject_kind, r.municipality_code AS subject_id, 1 AS amount,
        CASE WHEN e.home_municipality = r.municipality_code THEN 'resident' ELSE 'tied' END AS tie,
        '' AS programme_kind, e.tx
    FROM relations_registration_event e
    JOIN relations_registration r ON r.id = e.registration_id
    """,
)
ACTIVITIES = FactSource(
    name="relations.activities",
    select="""
    SELECT id AS act_id, 'activity.recorded' AS kind, recorded_at AS happened_at,
        account_id AS person_id, home_municipality, age_band, identity_level,
        'account' AS channel, NULL::uuid AS organisation_id, municipality_code AS place_code,
        '' AS theme_code, 'place' AS subject_kind, municipality_code AS subject_id, 1 AS amount,
        'unknown' AS tie, '' AS programme_kind, tx
    FROM relations_activity
    """,
)
SOURCES = (REGISTRATIONS, ACTIVITIES)
