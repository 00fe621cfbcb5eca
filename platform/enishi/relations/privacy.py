"""Personal data of the relations domain: its export and its erasure."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

from enishi.accounts.personal_data import Column, Fate, PersonalData
from enishi.kit import db
from enishi.kit.i18n import gettext_lazy
from enishi.relations import queries, service
from enishi.relations.certificates import queries as certificates

_REGISTRATION = gettext_lazy("登録した地域の対話と募集を示し、登録者の数を数えるため")
_ACTIVITY = gettext_lazy("地域での活動を証明できるようにするため")

_CERTIFICATE = gettext_lazy("登録証を、あなたがもう一度表示できるようにするため")

_COLUMNS = {
    "relations_registration.account_id": Column(Fate.CUT, _REGISTRATION),
    "relations_activity.account_id": Column(Fate.CUT, _ACTIVITY),
    "relations_certificate.token": Column(Fate.ERASED, _CERTIFICATE),
    "relations_certificate.sd_jwt": Column(Fate.ERASED, _CERTIFICATE),
}


async def _export(account_id: uuid.UUID) -> AsyncIterator[tuple[str, Any]]:
    registrations = await queries.list_registrations(account_id)
    for registration in [*registrations, *await queries.list_withdrawn(account_id)]:
        consents = await queries.list_consents(registration.id)
        log = {"consents": [each.model_dump(mode="json") for each in consents]}
        yield "registrations", registration.model_dump(mode="json", exclude={"purposes"}) | log
    for certificate in await certificates.list_issued(account_id):
        yield "certificates", certificate.model_dump(mode="json")
    for activity in await queries.list_activities(account_id):
        yield "activities", activity.model_dump(mode="json")


_ERASE = (
    """
    DELETE FROM relations_consent c USING relations_registration r
    WHERE r.id = c.registration_id AND r.account_id = $1
    """,
    """
    UPDATE relations_registration SET account_id = NULL, reasons = '{}', interests = '{}'
    WHERE account_id = $1
    """,
    "UPDATE relations_activity SET account_id = NULL WHERE account_id = $1",
)


async def _erase(account_id: uuid.UUID) -> None:
    """Withdraw every registration first, so that places no longer count it.

    The account may be erased already: the withdrawal has the dimensions of the last act.
    """
    for registration in await queries.list_registrations(account_id):
        person = await queries.get_registrant(account_id, registration.id)
        await service.withdraw(person, registration.id)
    async with db.unit_of_work():
        for statement in _ERASE:
            await db.execute(statement, account_id)


PERSONAL_DATA = PersonalData(
    domain="relations",
    title=gettext_lazy("かかわりの登録"),
    columns=_COLUMNS,
    export=_export,
    erase=_erase,
)
