"""The events of this domain that statistics count."""

from enishi.kit.facts import FactSource

_DIMENSIONS = """
    a.applicant_id AS person_id, a.home_municipality, a.age_band, a.identity_level, a.channel,
    a.organisation_id, a.place_code, a.theme_code, 'programme' AS subject_kind,
    s.programme_id::text AS subject_id, a.party_size::int AS amount,
    'unknown' AS tie, '' AS programme_kind, e.tx
"""
_FROM = """
    FROM programmes_application_event e
    JOIN programmes_application a ON a.id = e.application_id
    JOIN programmes_session s ON s.id = a.session_id
"""
_EARLIER = """
    SELECT FROM programmes_application_event o WHERE o.application_id = e.application_id
        AND (o.happened_at, o.id) < (e.happened_at, e.id)
"""

# `absent` after `attended` takes the attendance back: it is a kind of its own (`unattended`).
APPLICATIONS = FactSource(
    name="programmes.applications",
    select=f"""
    SELECT e.id AS act_id, 'application.' || CASE
            WHEN e.state = 'absent' AND EXISTS ({_EARLIER} AND o.state = 'attended')
            THEN 'unattended' ELSE e.state END AS kind, e.happened_at, {_DIMENSIONS}
    {_FROM}
    """,
)
# The first event of an application is the act of applying, whatever state it led to.
SIGN_UPS = FactSource(
    name="programmes.sign_ups",
    select=f"""
    SELECT a.id AS act_id, 'application.made' AS kind, e.happened_at, {_DIMENSIONS}
    {_FROM}
    WHERE NOT EXISTS ({_EARLIER})
    """,
)
SOURCES = (APPLICATIONS, SIGN_UPS)
