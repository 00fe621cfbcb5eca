"""The sessions of a programme: add, change, copy to other days, call off."""

import uuid
from functools import partial
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.kit import clock, seen
from enishi.kit.forms import WHOLE_FORM, Form, longest
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef
from enishi.programmes.allocation.service import sessions as service
from enishi.programmes.applications.queries import office as application_queries
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.listings.queries import office as programme_queries
from enishi.programmes.office.availability import of_session
from enishi.programmes.office.context import (
    EDITOR,
    ONE,
    SESSION,
    AnyRequest,
    office_actor,
    shared_context,
)
from enishi.programmes.office.schemas import MOST_COPIES, CallOffForm, CopyForm, SessionDayForm
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions.schemas import Selection, SessionView

FORM, COPY = "programmes/office/session_form.html", "programmes/office/session_copy.html"
CALL_OFF = "programmes/office/session_call_off.html"
DAY_INPUTS = 8

_LIVE = (
    ApplicationState.IN_DRAW,
    ApplicationState.WAITING,
    ApplicationState.HELD,
    ApplicationState.OFFERED,
    ApplicationState.CONFIRMED,
    ApplicationState.ATTENDED,
    ApplicationState.ABSENT,
)


@get(ONE + "/sessions/new", name="office:new-session", access=EDITOR)
async def new(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    programme_id: FromPath[uuid.UUID],
) -> Template:
    context = await _form_context(request, actor, organisation, programme_id)
    return Template(FORM, context=context | {"form": Form()})


@post(ONE + "/sessions/new", name="office:add-session", access=EDITOR, status_code=200)
async def add(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    programme_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    form = await read_form(request, SessionDayForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            acting = office_actor(actor, organisation)
            await service.add(acting, programme_id, sent.value.session())
            sent.go_to(
                "office:programme",
                organisation_slug=organisation.slug,
                programme_id=programme_id,
                query={"done": "added", "n": "1"},
            )
    return await sent.answer(
        FORM, lambda: _form_context(request, actor, organisation, programme_id)
    )


@get(SESSION + "/edit", name="office:edit-session", access=EDITOR)
async def edit_page(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template:
    session = await session_queries.get_own_session(organisation.id, session_id)
    context = await _form_context(request, actor, organisation, session.programme_id, session)
    return Template(FORM, context=context | {"form": Form()})


@post(SESSION + "/edit", name="office:save-session", access=EDITOR, status_code=200)
async def save(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    session = await session_queries.get_own_session(organisation.id, session_id)
    form = await read_form(request, SessionDayForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            acting = office_actor(actor, organisation)
            await service.edit(acting, session_id, sent.value.session(), form.text(seen.FIELD))
            sent.go_to(
                "office:programme",
                organisation_slug=organisation.slug,
                programme_id=session.programme_id,
                query={"done": "saved"},
            )
    return await sent.answer(
        FORM, lambda: _form_context(request, actor, organisation, session.programme_id, session)
    )


async def _form_context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    programme_id: uuid.UUID,
    session: SessionView | None = None,
) -> dict[str, Any]:
    """A new session is filled with the times, place and capacity of the last one."""
    programme = await programme_queries.get_own_programme(organisation.id, programme_id)
    sessions = await session_queries.list_sessions(programme_id)
    return {
        **shared_context(request, actor, organisation),
        "programme": programme,
        "session": session,
        "seen": session.fingerprint if session else "",
        "like": _as_typed(session or (sessions[-1] if sessions else None), keep=bool(session)),
        "is_fixed": session is not None
        and bool(session.taken or session.waiting or session.in_draw),
        # A draw that was held is told on its page, and is not held another time.
        "is_drawn": session is not None
        and session.selection is Selection.FIRST_COME
        and session.draw_closes_at is not None,
        "today": str(clock.today()),
    }


_BLANK = ("day", "ends_on", "last_day", "starts", "ends", "place_ja", "place_en", "capacity")


def _as_typed(session: SessionView | None, *, keep: bool) -> dict[str, object]:
    """The initial values of the fields. Days only for a session that is edited (`keep`)."""
    shown: dict[str, object] = dict.fromkeys(_BLANK, "")
    shown |= {"waiting_limit": 0, "cutoff_hours": 24, "opens_on": clock.today()}
    shown |= {"selection": Selection.FIRST_COME.value, "draw_last_day": "", "family_seats": 0}
    if session is None:
        return shown
    starts, ends = clock.in_tokyo(session.starts_at), clock.in_tokyo(session.ends_at)
    if keep:
        shown |= {
            "day": starts.date(),
            "ends_on": ends.date() if ends.date() != starts.date() else "",
            "opens_on": clock.in_tokyo(session.opens_at).date(),
            "last_day": clock.last_day(session.closes_at),
            "draw_last_day": clock.last_day(session.draw_closes_at)
            if session.draw_closes_at
            else "",
        }
    return shown | {
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "place_ja": session.meeting_place.ja,
        "place_en": session.meeting_place.en,
        "capacity": session.capacity,
        "waiting_limit": session.waiting_limit,
        "cutoff_hours": session.cutoff_hours,
        "selection": Selection.DRAW.value if session.draw_closes_at else Selection.FIRST_COME.value,
        "family_seats": session.family_seats,
    }


@get(SESSION + "/copy", name="office:new-copies", access=EDITOR)
async def copy_page(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template:
    context = await _one_context(request, actor, organisation, session_id)
    return Template(COPY, context=context | {"form": Form()})


@post(SESSION + "/copy", name="office:add-copies", access=EDITOR, status_code=200)
async def copy(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    session = await session_queries.get_own_session(organisation.id, session_id)
    form = await read_form(request, CopyForm)
    async with submitted(request, actor.id, form, form.text("how") or WHOLE_FORM) as sent:
        if sent.is_new:
            acting = office_actor(actor, organisation)
            copies = sent.value.sessions(session)
            made = await service.add_series(acting, session.programme_id, copies)
            sent.go_to(
                "office:programme",
                organisation_slug=organisation.slug,
                programme_id=session.programme_id,
                query={"done": "added", "n": str(len(made))},
            )
    return await sent.answer(COPY, lambda: _one_context(request, actor, organisation, session_id))


@get(SESSION + "/call-off", name="office:ask-call-off", access=EDITOR)
async def call_off_page(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template:
    context = await _one_context(request, actor, organisation, session_id)
    return Template(CALL_OFF, context=context | {"form": Form()})


@post(SESSION + "/call-off", name="office:call-off-session", access=EDITOR, status_code=200)
async def call_off(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    session = await session_queries.get_own_session(organisation.id, session_id)
    form = await read_form(request, CallOffForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            acting = office_actor(actor, organisation)
            notified = await service.cancel(acting, session_id, sent.value.reason.as_mailed)
            sent.go_to(
                "office:programme",
                organisation_slug=organisation.slug,
                programme_id=session.programme_id,
                query={"done": "called_off", "n": str(notified)},
            )
    return await sent.answer(
        CALL_OFF, lambda: _one_context(request, actor, organisation, session_id)
    )


async def _one_context(
    request: AnyRequest, actor: Actor, organisation: OrganisationRef, session_id: uuid.UUID
) -> dict[str, Any]:
    session = await session_queries.get_own_session(organisation.id, session_id)
    programme = await programme_queries.get_own_programme(organisation.id, session.programme_id)
    counts = await application_queries.count_by_state(session_id)
    live = [counts[state] for state in _LIVE if state in counts]
    return {
        **shared_context(request, actor, organisation),
        "programme": programme,
        "session": session,
        "availability": of_session(programme, session, clock.now()),
        "applications": sum(each.applications for each in live),
        "persons": sum(each.persons for each in live),
        "longest": partial(longest, CallOffForm),
        "most_copies": MOST_COPIES,
        "day_inputs": DAY_INPUTS,
    }


HANDLERS = [
    new,
    add,
    edit_page,
    save,
    copy_page,
    copy,
    call_off_page,
    call_off,
]
