"""The acts of this domain that statistics count."""

from enishi.kit.facts import FactSource

APPLICATIONS = FactSource(
    name="programmes.applications",
    select="""
    SELECT e.id AS act_id, 'application.' || e.state AS kind, e.happened_at,
        a.applicant_id AS person_id, a.home_municipality, a.age_band, a.identity_level, a.channel,
        a.organisation_id, p.municipality_code AS place_code, p.theme_code,
        'programme' AS subject_kind, p.id::text AS subject_id, a.party_size::int AS amount, e.tx
    FROM programmes_application_event e
    JOIN programmes_application a ON a.id = e.application_id
    JOIN programmes_session s ON s.id = a.session_id
    JOIN programmes_programme p ON p.id = s.programme_id
    """,
)
SOURCES = (APPLICATIONS,)
