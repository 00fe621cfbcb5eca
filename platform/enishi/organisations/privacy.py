"""The personal data of the organisations domain, its export and erasure."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

from enishi.accounts import sessions
from enishi.accounts.personal_data import Column, Fate, PersonalData
from enishi.kit import db
from enishi.kit.i18n import gettext_lazy
from enishi.organisations import queries
from enishi.organisations.service import members

_WORK = gettext_lazy("団体の仕事を分担するため")

_COLUMNS = {
    "organisations_membership.account_id": Column(Fate.ERASED, _WORK),
    "organisations_invitation.address": Column(Fate.ERASED, _WORK),
    "organisations_invitation.invited_by": Column(Fate.CUT, _WORK),
    "organisations_invitation.accepted_by": Column(Fate.CUT, _WORK),
}


async def _export(account_id: uuid.UUID) -> AsyncIterator[tuple[str, Any]]:
    for membership in await queries.list_memberships(account_id):
        yield "memberships", membership


_ERASE = (
    "DELETE FROM organisations_membership WHERE account_id = $1",
    # An accepted invitation stays in the office's history, without its address.
    """
    UPDATE organisations_invitation SET address = '', accepted_by = NULL WHERE accepted_by = $1
    """,
    "UPDATE organisations_invitation SET invited_by = NULL WHERE invited_by = $1",
)


async def _erase(account_id: uuid.UUID) -> None:
    async with db.unit_of_work():
        for statement in _ERASE:
            await db.execute(statement, account_id)
        await sessions.announce_change(account_id)


PERSONAL_DATA = PersonalData(
    domain="organisations",
    title=gettext_lazy("団体"),
    columns=_COLUMNS,
    export=_export,
    erase=_erase,
    leave=members.leave_all,
)
