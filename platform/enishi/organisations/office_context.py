"""The template context that every page of an office needs."""

from typing import Any

from enishi.accounts.schemas import Actor, Role
from enishi.kit import clock
from enishi.organisations import labels, policies
from enishi.organisations.schemas import OrganisationRef


def office_context(actor: Actor, organisation: OrganisationRef) -> dict[str, Any]:
    """The organisation, the member's role, and which parts of the office the member sees."""
    now = clock.now()
    return {
        "organisation": organisation,
        "role": labels.ROLES[actor.role_in(organisation.id) or Role.ANALYST],
        "can_manage": policies.can_manage_members(actor, organisation.id, now),
    }
