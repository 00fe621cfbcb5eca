"""Postponing a session: a page that says what follows, and the act."""

import uuid
from functools import partial
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.kit import clock, seen
from enishi.kit.forms import Form, longest
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef
from enishi.programmes.allocation.service import postponing
from enishi.programmes.applications.queries import messages as message_queries
from enishi.programmes.applications.tables import Audience
from enishi.programmes.listings.queries import office as programme_queries
from enishi.programmes.office.availability import of_session
from enishi.programmes.office.context import (
    EDITOR,
    SESSION,
    AnyRequest,
    office_actor,
    shared_context,
)
from enishi.programmes.office.schemas import PostponeForm
from enishi.programmes.sessions import queries as session_queries

PAGE = "programmes/office/session_postpone.html"


@get(SESSION + "/postpone", name="office:ask-postpone", access=EDITOR)
async def ask(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template:
    context = await _context(request, actor, organisation, session_id)
    return Template(PAGE, context=context | {"form": Form()})


@post(SESSION + "/postpone", name="office:postpone-session", access=EDITOR, status_code=200)
async def postpone(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    await session_queries.get_own_session(organisation.id, session_id)
    form = await read_form(request, PostponeForm)
    async with submitted(request, actor.id, form, "day") as sent:
        if sent.is_new:
            told = await postponing.postpone(
                office_actor(actor, organisation),
                session_id,
                sent.value.starts_at,
                sent.value.ends_at,
                sent.value.reason.as_mailed,
                seen=form.text(seen.FIELD),
            )
            sent.go_to(
                "office:applicants",
                organisation_slug=organisation.slug,
                session_id=session_id,
                query={"done": "postponed", "n": str(told)},
            )
    return await sent.answer(PAGE, lambda: _context(request, actor, organisation, session_id))


async def _context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef, session_id: uuid.UUID
) -> dict[str, Any]:
    session = await session_queries.get_own_session(organisation.id, session_id)
    programme = await programme_queries.get_own_programme(organisation.id, session.programme_id)
    starts, ends = clock.in_tokyo(session.starts_at), clock.in_tokyo(session.ends_at)
    told = await message_queries.list_recipients(session_id, Audience.ALL)
    return {
        **shared_context(request, actor, organisation),
        "programme": programme,
        "session": session,
        "availability": of_session(programme, session, clock.now()),
        "applications": len(told),
        "seen": session.fingerprint,
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "longest": partial(longest, PostponeForm),
    }


HANDLERS = [ask, postpone]
