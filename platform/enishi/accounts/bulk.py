"""The tables of this domain that the sample content fills in bulk."""

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
TABLES = (ACCOUNTS, CONSENTS)
