"""The log of this domain that statistics count: one row a person and act (person_acts.py)."""

from enishi.kit.facts import FactSource

PERSONS = FactSource(
    name="programmes.persons",
    select="""
    SELECT id AS act_id, kind, happened_at, person_id, home_municipality, age_band,
        identity_level, channel, organisation_id, place_code, theme_code,
        'programme' AS subject_kind, programme_id::text AS subject_id, 1 AS amount, tie,
        programme_kind, tx
    FROM programmes_person_act
    """,
)
SOURCES = (PERSONS,)
