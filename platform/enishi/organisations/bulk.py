"""The tables of this domain that the sample content fills in bulk."""

from enishi.kit.bulk import BulkTable

ORGANISATIONS = BulkTable(
    "organisations_organisation",
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
    "organisations_membership", ("id", "organisation_id", "account_id", "role", "joined_at")
)
TABLES = (ORGANISATIONS, MEMBERSHIPS)
