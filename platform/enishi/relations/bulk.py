"""The tables of this domain that the sample content fills in bulk."""

from enishi.kit.bulk import BulkTable

REGISTRATIONS = BulkTable(
    "relations_registration",
    (
        "id",
        "account_id",
        "municipality_code",
        "prefecture_code",
        "tier",
        "reasons",
        "interests",
        "registered_at",
        "withdrawn_at",
    ),
)
EVENTS = BulkTable(
    "relations_registration_event",
    (
        "id",
        "registration_id",
        "act",
        "home_municipality",
        "age_band",
        "identity_level",
        "happened_at",
    ),
)
CONSENTS = BulkTable(
    "relations_consent", ("id", "registration_id", "purpose", "version", "given", "recorded_at")
)
ACTIVITIES = BulkTable(
    "relations_activity",
    (
        "id",
        "account_id",
        "municipality_code",
        "application_id",
        "programme_kind",
        "day",
        "evidence",
        "home_municipality",
        "age_band",
        "identity_level",
        "recorded_at",
    ),
)
TABLES = (REGISTRATIONS, EVENTS, CONSENTS, ACTIVITIES)
