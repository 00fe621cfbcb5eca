"""The logs of this domain that statistics count: votes, and the activity log.

The person of a fact is the participant: a random id, another one in each consultation. A person's
acts in two consultations cannot be linked, so figures count people by consultation. What a guest
did is the account's once the guest was merged into the account's participant.
"""

from enishi.kit.facts import FactSource

_MERGES = """
    SELECT id AS person_id, merged_into AS moved_to, moved_tx AS tx
    FROM consultations_participant WHERE moved_tx IS NOT NULL
"""
# `previous` and `value` determine the kind. An import also logs votes that repeat the previous one;
# they have a kind of their own. The id of an act holds the number of its row, in log order.
VOTES = FactSource(
    name="consultations.votes",
    select="""
    SELECT ('766f7465-0000-8000-8000-' || lpad(to_hex(e.id), 12, '0'))::uuid AS act_id,
        'vote.' || CASE WHEN e.previous IS NULL THEN 'cast' WHEN e.value IS NULL THEN 'withdrawn'
            WHEN e.value = e.previous THEN 'repeated' ELSE 'changed' END AS kind,
        e.cast_at AS happened_at, e.participant_id AS person_id,
        coalesce(p.municipality_code, '') AS home_municipality,
        coalesce(p.age_band, '') AS age_band, p.identity_level, p.channel, c.organisation_id,
        p.place_code, p.theme_code, 'consultation' AS subject_kind, c.id::text AS subject_id,
        1 AS amount, p.tie, '' AS programme_kind, e.tx
    FROM consultations_vote_event e
    JOIN consultations_participant p ON p.id = e.participant_id
    JOIN consultations_consultation c ON c.id = p.consultation_id
    """,
    moves=_MERGES,
    tx_type="bigint",
)
ACTS = FactSource(
    name="consultations.acts",
    select="""
    SELECT id AS act_id, kind, happened_at, participant_id AS person_id, home_municipality,
        age_band, identity_level, channel, organisation_id, place_code, theme_code,
        'consultation' AS subject_kind, consultation_id::text AS subject_id, amount,
        tie, '' AS programme_kind, tx
    FROM consultations_act
    """,
    moves=_MERGES,
)
SOURCES = (VOTES, ACTS)
