"""The tables and columns that the sample content inserts in bulk."""

from enishi.kit import db
from enishi.kit.bulk import BulkTable

CONSULTATIONS = BulkTable(
    "consultations_consultation",
    (
        "id",
        "organisation_id",
        "slug",
        "kind",
        "title",
        "problem",
        "decision",
        "can_change",
        "cannot_change",
        "who_may_answer",
        "data_controller",
        "contact",
        "theme_code",
        "eligibility",
        "moderation",
        "votes_published",
        "guests_allowed",
        "is_sample",
        "statement_count",
        "version",
        "published_at",
        "created_at",
        "updated_at",
    ),
)
PHASES = BulkTable("consultations_phase", ("id", "consultation_id", "kind", "starts_at", "ends_at"))
COMPONENTS = BulkTable(
    "consultations_component",
    ("id", "consultation_id", "kind", "opens_at", "closes_at", "settings"),
)
THEMES = BulkTable("consultations_theme", ("id", "consultation_id", "theme_id"))
PARTICIPANTS = BulkTable(
    "consultations_participant",
    (
        "id",
        "consultation_id",
        "channel",
        "prefecture_code",
        "municipality_code",
        "age_band",
        "identity_level",
        "theme_code",
        "joined_at",
    ),
)
LINKS = BulkTable(
    "consultations_participant_link",
    ("participant_id", "consultation_id", "account_id", "linked_at"),
)
ACTS = BulkTable(
    "consultations_act",
    (
        "id",
        "kind",
        "consultation_id",
        "participant_id",
        "channel",
        "home_municipality",
        "age_band",
        "identity_level",
        "organisation_id",
        "theme_code",
        "happened_at",
    ),
)
STATEMENTS = BulkTable(
    "consultations_statement",
    (
        "id",
        "consultation_id",
        "number",
        "text",
        "language",
        "translations",
        "folded",
        "grams",
        "folding",
        "author_id",
        "origin",
        "state",
        "created_at",
    ),
)
OPINIONS = BulkTable(
    "consultations_opinion",
    (
        "id",
        "consultation_id",
        "participant_id",
        "receipt_hash",
        "state",
        "name_shown",
        "nickname",
        "language",
        "version",
        "created_at",
        "updated_at",
    ),
)
OPINION_VERSIONS = BulkTable(
    "consultations_opinion_version",
    ("id", "opinion_id", "number", "text", "translations", "written_at"),
)
VOTES = BulkTable("consultations_vote", ("participant_id", "statement_id", "value", "cast_at"))
VOTE_EVENTS = BulkTable(
    "consultations_vote_event",
    ("participant_id", "statement_id", "previous", "value", "cast_at"),
)
# Entries without a participant: page views.
PAGE_VIEWS = BulkTable(
    "consultations_act",
    (
        "id",
        "kind",
        "consultation_id",
        "channel",
        "organisation_id",
        "theme_code",
        "amount",
        "happened_at",
    ),
)
TABLES = (
    CONSULTATIONS,
    PHASES,
    COMPONENTS,
    THEMES,
    PARTICIPANTS,
    LINKS,
    ACTS,
    STATEMENTS,
    OPINIONS,
    OPINION_VERSIONS,
    VOTES,
    VOTE_EVENTS,
    PAGE_VIEWS,
)

_SUM = """
INSERT INTO consultations_tally (statement_id, slot, agrees, disagrees, passes)
SELECT v.statement_id, 0, count(*) FILTER (WHERE v.value = 1),
    count(*) FILTER (WHERE v.value = -1), count(*) FILTER (WHERE v.value = 0)
FROM consultations_vote v
JOIN consultations_statement s ON s.id = v.statement_id
JOIN consultations_consultation c ON c.id = s.consultation_id
WHERE c.is_sample GROUP BY v.statement_id
"""


async def sum_votes() -> None:
    """Insert the tally of the sample's votes, which were inserted without the vote writer."""
    await db.fetch(_SUM)
