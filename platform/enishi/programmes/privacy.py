"""The personal data of this domain: export, and erasure when an account is closed."""

import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from enishi.accounts.personal_data import Column, Fate, PersonalData
from enishi.kit import db
from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy
from enishi.programmes.allocation.draws import queries as draw_queries
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.queries import messages as message_queries
from enishi.programmes.applications.queries import own as application_queries

_PLACE = gettext_lazy("申込を受け付け、席を確保するため")
_PARTY = gettext_lazy("受入れの準備をし、当日に参加者を確かめるため")
_REACH = gettext_lazy("開催が変わるときなどに、主催者が連絡するため")

_DRAW = gettext_lazy("抽選をし、本人が抽選を確かめられるようにするため")
_OFFICIAL = gettext_lazy("番号を預けた担当者だけが、その番号を明らかにできるようにするため")

_COLUMNS = {
    "programmes_application.applicant_id": Column(Fate.CUT, _PLACE),
    "programmes_application.note": Column(Fate.ERASED, _PLACE),
    "programmes_application.guardian_consent_at": Column(Fate.ERASED, _PARTY),
    "programmes_person_act.person_id": Column(Fate.CUT, _PLACE),
    "programmes_draw_entry.salt": Column(Fate.ERASED, _DRAW),
    "programmes_draw_number.official_id": Column(Fate.CUT, _OFFICIAL),
    "programmes_application_contact.telephone": Column(Fate.ERASED, _REACH),
    "programmes_application_contact.shows_mail": Column(Fate.ERASED, _REACH),
    "programmes_host_message.body": Column(Fate.ERASED, _REACH),
    "programmes_party_member.name": Column(Fate.ERASED, _PARTY),
    "programmes_party_member.reading": Column(Fate.ERASED, _PARTY),
    "programmes_party_member.age": Column(Fate.ERASED, _PARTY),
    "programmes_party_need.member_id": Column(Fate.ERASED, _PARTY),
    "programmes_party_need.sealed": Column(Fate.ERASED, _PARTY),
}


async def _export(account_id: uuid.UUID) -> AsyncIterator[tuple[str, Any]]:
    for application in await application_queries.list_own_applications(account_id):
        party = [
            each.model_dump(mode="json")
            for each in await application_queries.list_party(application.id)
        ]
        entry = await draw_queries.find_own_entry(application.id)
        contact = await application_queries.find_contact(application.id)
        messages = await message_queries.list_of_application(application.id)
        yield (
            "applications",
            {
                **application.model_dump(mode="json"),
                "party": party,
                "draw": entry and entry.model_dump(mode="json"),
                "contact": contact.model_dump(mode="json"),
                "messages": [each.model_dump(mode="json") for each in messages],
            },
        )


# Care needs are deleted with their party member (ON DELETE CASCADE).
_ERASE = (
    """
    DELETE FROM programmes_party_member m USING programmes_application a
    WHERE a.id = m.application_id AND a.applicant_id = $1
    """,
    """
    DELETE FROM programmes_application_contact c USING programmes_application a
    WHERE a.id = c.application_id AND a.applicant_id = $1
    """,
    # What was written to this party alone; what went to many is about the session.
    """
    DELETE FROM programmes_host_message m
    USING programmes_host_message_recipient r, programmes_application a
    WHERE r.message_id = m.id AND a.id = r.application_id AND a.applicant_id = $1
        AND m.audience = 'one'
    """,
    # A new `tx` moves the row to the end of the log, so that statistics read it again.
    """
    UPDATE programmes_person_act SET person_id = NULL, tx = pg_current_xact_id()
    WHERE person_id = $1
    """,
    # The entry stays in the list whose hash was published; without its salt it is nobody's.
    """
    UPDATE programmes_draw_entry e SET salt = '' FROM programmes_application a
    WHERE a.id = e.application_id AND a.applicant_id = $1
    """,
    "UPDATE programmes_draw_number SET official_id = NULL WHERE official_id = $1",
    """
    UPDATE programmes_application
    SET applicant_id = NULL, note = '', guardian_consent_at = NULL WHERE applicant_id = $1
    """,
)


async def _erase(account_id: uuid.UUID) -> None:
    """Cancel live applications first, so that their places go to the waiting list."""
    for application in await application_queries.list_own_applications(account_id):
        if application.is_live:
            # Begun: it stays as a record of attendance. Ended meanwhile: nothing to cancel.
            with suppress(ConflictError):
                await applications.cancel(account_id, application.id)
    async with db.unit_of_work():
        for statement in _ERASE:
            await db.fetch(statement, account_id)


PERSONAL_DATA = PersonalData(
    domain="programmes",
    title=gettext_lazy("体験・活動の申込"),
    columns=_COLUMNS,
    export=_export,
    erase=_erase,
)
