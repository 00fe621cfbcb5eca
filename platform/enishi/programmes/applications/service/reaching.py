"""Reaching the parties of a session: their contacts, and messages to them. Each is audited."""

import uuid

from enishi.audit import service as audit
from enishi.kit import clock, db, ids
from enishi.kit.jobs import enqueue
from enishi.kit.localised import DraftText
from enishi.kit.pagination import Page
from enishi.kit.seen import ChangedMeanwhileError
from enishi.programmes.applications.errors import NobodyToTellError
from enishi.programmes.applications.letter_schemas import ReachableParty
from enishi.programmes.applications.queries import contacts, messages
from enishi.programmes.applications.tables import Audience
from enishi.programmes.jobs import TellParties
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions import service as sessions


async def show_contacts(
    actor: OfficeActor, session_id: uuid.UUID, cursor: str = ""
) -> Page[ReachableParty]:
    """A page of the parties with what they gave; the audit entry names the actor and the parties.

    A page on which nobody gave anything leaves no entry: nothing was seen.
    """
    async with db.unit_of_work():
        page = await contacts.list_reachable(actor.organisation_id, session_id, cursor)
        seen = [str(party.id) for party in page.rows if party.telephone or party.mail]
        if seen:
            await audit.record(
                "programmes.contacts.read",
                actor_id=actor.account_id,
                organisation_id=actor.organisation_id,
                subject=("session", session_id),
                applications=seen,
            )
        return page


async def send(  # noqa: PLR0913 (who, about what, to whom, what, as seen)
    actor: OfficeActor,
    session_id: uuid.UUID,
    audience: Audience,
    body: DraftText,
    *,
    application_id: uuid.UUID | None = None,
    seen: str = "",
) -> int:
    """Send a message to parties of a session. Returns their number.

    `seen` is `queries.messages.seen_of` of the recipients that the preview counted, empty for a
    caller without one. Raises NotFoundError, NobodyToTellError, and ChangedMeanwhileError where a
    party came or left after the preview.
    """
    async with db.unit_of_work():
        session = await sessions.lock_own(actor, session_id)
        recipients = await messages.list_recipients(session_id, audience, application_id)
        if not recipients:
            raise NobodyToTellError
        if seen and seen != messages.seen_of(recipients):
            raise ChangedMeanwhileError
        message_id = ids.new_id()
        await db.execute(
            """INSERT INTO programmes_host_message
                (id, session_id, organisation_id, audience, body, told, sent_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)""",
            message_id,
            session["id"],
            actor.organisation_id,
            audience.value,
            body.model_dump_json(),
            len(recipients),
            clock.now(),
        )
        await db.execute(
            """INSERT INTO programmes_host_message_recipient (id, message_id, application_id)
            SELECT uuidv7(), $1, application_id FROM unnest($2::uuid[]) AS told (application_id)""",
            message_id,
            recipients,
        )
        await enqueue(TellParties(message_id=message_id))
        await audit.record(
            "programmes.message.sent",
            actor_id=actor.account_id,
            organisation_id=actor.organisation_id,
            subject=("session", session_id),
            audience=audience.value,
            told=len(recipients),
        )
        return len(recipients)
