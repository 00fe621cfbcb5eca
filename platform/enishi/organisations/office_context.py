"""What every page of an office shows: whose office it is, and what this member may do."""

from typing import Any

from enishi.accounts.schemas import Actor, Role
from enishi.kit import clock
from enishi.organisations import labels, policies
from enishi.organisations.schemas import OrganisationRef


def office_context(actor: Actor, organisation: OrganisationRef) -> dict[str, Any]:
    """What every page of an office needs: whose it is, and which parts of it this member sees."""
    now = clock.now()
    return {
        "organisation": organisation,
        "role": labels.ROLES[actor.role_in(organisation.id) or Role.ANALYST],
        "can_manage": policies.can_manage_members(actor, organisation.id, now),
    }
