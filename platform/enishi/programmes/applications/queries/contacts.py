"""Reads of how parties can be reached, for their office. The caller writes the audit entry."""

import uuid

from enishi.accounts import queries as accounts
from enishi.kit import db
from enishi.kit.pagination import PAGE_SIZE, Page, decode_cursor, whole_number
from enishi.programmes.applications.letter_schemas import ReachableParty

# Those who left are not called any more; those whose session was called off are.
_PARTIES = """
SELECT a.id, a.receipt, a.state, a.ticket, a.party_size, a.applicant_id,
    ARRAY(SELECT m.name FROM programmes_party_member m
        WHERE m.application_id = a.id ORDER BY m.position) AS names,
    coalesce(c.telephone, '') AS telephone, coalesce(c.shows_mail, false) AS shows_mail
FROM programmes_application a
LEFT JOIN programmes_application_contact c ON c.application_id = a.id
WHERE a.session_id = $1 AND a.organisation_id = $2 AND a.ticket > $3
    AND a.state NOT IN ('cancelled', 'declined', 'expired')
ORDER BY a.ticket LIMIT $4
"""


async def list_reachable(
    organisation_id: uuid.UUID, session_id: uuid.UUID, cursor: str = "", size: int = PAGE_SIZE
) -> Page[ReachableParty]:
    """The parties of a session in the order of their tickets, with what they gave.

    A mail address is read from the open account of a party that lets it be seen, and of no other.
    """
    after = decode_cursor(cursor, whole_number)[0] if cursor else 0
    rows = await db.fetch(_PARTIES, session_id, organisation_id, after, size + 1)
    shown = [row["applicant_id"] for row in rows if row["shows_mail"] and row["applicant_id"]]
    found = await accounts.list_contacts(shown)
    parties = []
    for row in rows:
        account_id, shows = row.pop("applicant_id"), row.pop("shows_mail")
        account = found.get(account_id) if shows else None
        parties.append(
            ReachableParty.model_validate(row | {"mail": account.address if account else ""})
        )
    return Page.of(parties, lambda party: (party.ticket,), size)
