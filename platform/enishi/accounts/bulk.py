"""Which tables of this domain may be filled in bulk, by the sample content."""

from enishi.kit.bulk import BulkTable

ACCOUNTS = BulkTable(
    "accounts_account",
    (
        "id",
        "address",
        "display_name",
        "language",
        "home_municipality",
        "birth_year",
        "identity_level",
        "created_at",
    ),
)
CONSENTS = BulkTable(
    "accounts_consent", ("id", "account_id", "purpose", "version", "act", "recorded_at")
)
ORGANISATIONS = BulkTable(
    "accounts_organisation",
    (
        "id",
        "slug",
        "kind",
        "lg_code",
        "name",
        "summary",
        "contact",
        "website",
        "verified_at",
        "created_at",
    ),
)
MEMBERSHIPS = BulkTable(
    "accounts_membership", ("id", "organisation_id", "account_id", "role", "joined_at")
)
TABLES = (ACCOUNTS, CONSENTS, ORGANISATIONS, MEMBERSHIPS)
