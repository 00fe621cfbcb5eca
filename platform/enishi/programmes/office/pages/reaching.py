"""How the parties of a session are reached: their contacts, and a message to one or all of them.

Only what an applicant gave is shown. A message is sent after a page that shows it with the number
of its recipients.
"""

import uuid
from functools import partial
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.kit.forms import Form, longest
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef
from enishi.programmes.applications import labels
from enishi.programmes.applications.queries import messages as message_queries
from enishi.programmes.applications.queries import office as application_queries
from enishi.programmes.applications.service import reaching
from enishi.programmes.applications.tables import Audience
from enishi.programmes.listings.queries import office as programme_queries
from enishi.programmes.office.context import (
    EDITOR,
    SESSION,
    AnyRequest,
    office_actor,
    shared_context,
)
from enishi.programmes.office.schemas import MessageForm
from enishi.programmes.sessions import queries as session_queries

CONTACTS, MESSAGE = "programmes/office/contacts.html", "programmes/office/message.html"
_TO_MANY = (Audience.ALL, Audience.SEATED, Audience.WAITING)


@get(SESSION + "/contacts", name="office:contacts", access=EDITOR)
async def contacts(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template:
    """The parties with what they gave to be reached by. Each look is in the audit trail."""
    context = await _session_context(request, actor, organisation, session_id)
    after = request.query_params.get("after", "")
    page = await reaching.show_contacts(office_actor(actor, organisation), session_id, after)
    shown = {"page": page, "is_first": not after, "labels": labels}
    return Template(CONTACTS, context=context | shown)


@get(SESSION + "/message", name="office:new-message", access=EDITOR)
async def new(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template:
    """`to` in the query string is the application of one party; without it, to several."""
    to = request.query_params.get("to", "")
    typed = {"audience": ["one"], "application_id": [to]} if to else {"audience": ["all"]}
    form: Form[MessageForm] = Form(typed=typed)
    context = await _form_context(request, actor, organisation, session_id, form)
    return Template(MESSAGE, context=context | {"form": form, "is_preview": False})


@post(SESSION + "/message", name="office:send-message", access=EDITOR, status_code=200)
async def send(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    """Show the message with its count, go back to it, or send it: the field `step`."""
    form = await read_form(request, MessageForm)
    if form.value is not None and not form.value.is_to_be_sent:
        is_preview = form.value.step != "edit"
        context = await _form_context(request, actor, organisation, session_id, form)
        return Template(MESSAGE, context=context | {"form": form, "is_preview": is_preview})
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            message = sent.value
            told = await reaching.send(
                office_actor(actor, organisation),
                session_id,
                message.audience,
                message.body,
                application_id=message.application_id,
                seen=message.seen,
            )
            sent.go_to(
                "office:applicants",
                organisation_slug=organisation.slug,
                session_id=session_id,
                query={"done": "told", "n": str(told)},
                fragment="messages",
            )
    return await sent.answer(
        MESSAGE, lambda: _refused_context(request, actor, organisation, session_id, form)
    )


async def _refused_context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    session_id: uuid.UUID,
    form: Form[MessageForm],
) -> dict[str, Any]:
    """After other recipients than counted, the new count is shown; else the form."""
    context = await _form_context(request, actor, organisation, session_id, form)
    return context | {"is_preview": form.is_overtaken and bool(context["count"])}


async def _form_context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    session_id: uuid.UUID,
    form: Form[MessageForm],
) -> dict[str, Any]:
    context = await _session_context(request, actor, organisation, session_id)
    typed = form.text("audience")
    audience = Audience(typed) if typed in tuple(Audience) else Audience.ALL
    counts = {
        each: len(await message_queries.list_recipients(session_id, each)) for each in _TO_MANY
    }
    one = await application_queries.find_applicant(
        organisation.id, session_id, form.text("application_id")
    )
    recipients = await message_queries.list_recipients(
        session_id, audience, one.id if one else None
    )
    return context | {
        "audience": audience,
        "options": [(each.value, labels.AUDIENCES[each], counts[each]) for each in _TO_MANY],
        "one": one,
        "count": len(recipients),
        "seen": message_queries.seen_of(recipients),
        "longest": partial(longest, MessageForm),
    }


async def _session_context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef, session_id: uuid.UUID
) -> dict[str, Any]:
    session = await session_queries.get_own_session(organisation.id, session_id)
    return {
        **shared_context(request, actor, organisation),
        "session": session,
        "programme": await programme_queries.get_own_programme(
            organisation.id, session.programme_id
        ),
    }


HANDLERS = [contacts, new, send]
