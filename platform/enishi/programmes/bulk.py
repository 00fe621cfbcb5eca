"""The tables and columns of this domain that the sample content fills with COPY."""

from enishi.kit.bulk import BulkTable

PROGRAMMES = BulkTable(
    "programmes_programme",
    (
        "id",
        "organisation_id",
        "slug",
        "state",
        "is_sample",
        "municipality_code",
        "prefecture_code",
        "kind",
        "title",
        "summary",
        "body",
        "story",
        "theme_code",
        "host_name",
        "age_min",
        "age_max",
        "minors",
        "fee_adult",
        "fee_child",
        "pay_per_hour",
        "wheelchair",
        "conditions",
        "money",
        "access",
        "contact",
        "created_at",
        "changed_at",
        "published_at",
    ),
)
SESSIONS = BulkTable(
    "programmes_session",
    (
        "id",
        "programme_id",
        "organisation_id",
        "state",
        "starts_at",
        "ends_at",
        "opens_at",
        "closes_at",
        "meeting_place",
        "capacity",
        "taken",
        "waiting",
        "waiting_limit",
        "tickets",
        "draw_closes_at",
        "cancelled_reason",
        "created_at",
    ),
)
APPLICATIONS = BulkTable(
    "programmes_application",
    (
        "id",
        "session_id",
        "organisation_id",
        "applicant_id",
        "receipt",
        "state",
        "ticket",
        "party_size",
        "note",
        "home_municipality",
        "age_band",
        "identity_level",
        "place_code",
        "theme_code",
        "tie",
        "guardian_consent_at",
        "applied_at",
        "ended_at",
    ),
)
PARTY_MEMBERS = BulkTable(
    "programmes_party_member",
    ("id", "application_id", "position", "kind", "name", "age"),
)
PARTY_NEEDS = BulkTable("programmes_party_need", ("id", "member_id", "sealed"))
EVENTS = BulkTable(
    "programmes_application_event",
    ("id", "application_id", "state", "reason", "actor_kind", "happened_at"),
)
DRAWS = BulkTable(
    "programmes_draw",
    (
        "id",
        "session_id",
        "organisation_id",
        "state",
        "rule",
        "rule_hash",
        "closes_at",
        "reveal_until",
        "entries_hash",
        "closed_at",
        "seed",
        "drawn_at",
        "created_at",
    ),
)
DRAW_NUMBERS = BulkTable(
    "programmes_draw_number",
    ("id", "draw_id", "place", "post", "commitment", "committed_at", "number", "revealed_at"),
)
DRAW_ENTRIES = BulkTable(
    "programmes_draw_entry",
    (
        "id",
        "draw_id",
        "application_id",
        "salt",
        "entry_id",
        "party_size",
        "weight",
        "stratum",
        "rank",
        "placed",
    ),
)
TABLES = (
    PROGRAMMES,
    SESSIONS,
    APPLICATIONS,
    PARTY_MEMBERS,
    PARTY_NEEDS,
    EVENTS,
    DRAWS,
    DRAW_NUMBERS,
    DRAW_ENTRIES,
)
