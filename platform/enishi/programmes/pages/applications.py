"""The applicant's own applications: list, receipt with timeline, accepting, cancelling."""

import uuid
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from enishi.accounts.access import SIGNED_IN, CurrentActor
from enishi.kit import calendars as calendar_files
from enishi.kit import clock
from enishi.kit.errors import ConflictError, EnishiError, RetryLaterError
from enishi.kit.http.answers import do_once, go_to
from enishi.kit.http.parameters import Cursor
from enishi.kit.i18n import gettext
from enishi.places import queries as places
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.draws import queries as draw_queries
from enishi.programmes.allocation.service import applications as service
from enishi.programmes.allocation.service import postponing
from enishi.programmes.applications import money
from enishi.programmes.applications.labels import (
    APPLICATION_STATE_KINDS,
    APPLICATION_STATES,
    EVENTS,
    EVENTS_BY,
    MEMBER_KINDS,
)
from enishi.programmes.applications.letter_schemas import Answer
from enishi.programmes.applications.queries import letters, postponements
from enishi.programmes.applications.queries import messages as message_queries
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.applications.schemas import (
    ApplicationView,
    OwnApplication,
    OwnApplicationRow,
)
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.sessions import availability, when_where
from enishi.programmes.sessions.tables import SessionState

AnyRequest = Request[Any, Any, Any]

PAGE = "programmes/application.html"

# Names in the query string that select the notice above the page.
_DONE = ("made", "accepted", "stays", "left")
_SHOWN = 200  # on a page


@get("/me/applications", name="applications:mine", access=SIGNED_IN)
async def mine(actor: CurrentActor, after: Cursor = None) -> Template:
    now = clock.now()
    page = await application_queries.list_page_of_own(actor.id, after, _SHOWN)
    rows = page.rows
    coming = [row for row in rows if row.is_live and now < row.ends_at]
    return Template(
        "programmes/mine.html",
        context={
            # Open offers come first, then by start.
            "coming": [
                _row(row)
                for row in sorted(
                    coming, key=lambda row: (row.state != ApplicationState.OFFERED, row.starts_at)
                )
            ],
            "past": [_row(row) for row in rows if row not in coming],
            "next_cursor": page.next_cursor,
        },
    )


def _row(row: OwnApplicationRow) -> dict[str, Any]:
    return {
        "row": row,
        "place": when_where.place_name(row),
        "when": when_where.times(row.starts_at, row.ends_at),
        "state": APPLICATION_STATES[row.state],
        "state_kind": APPLICATION_STATE_KINDS.get(row.state, "neutral"),
    }


@get("/me/applications/{receipt:str}", name="applications:show", access=SIGNED_IN)
async def show(request: AnyRequest, receipt: FromPath[str], actor: CurrentActor) -> Template:
    own = await application_queries.get_own_application(actor.id, receipt)
    return Template(PAGE, context=await _page_context(request, own))


async def _refused(
    request: AnyRequest, receipt: str, actor_id: uuid.UUID, error: EnishiError
) -> Template:
    """The page of the application with the refusal above it. The state is read again."""
    own = await application_queries.get_own_application(actor_id, receipt)
    context = await _page_context(request, own) | {"refusal": str(error)}
    return Template(PAGE, context=context, status_code=error.status_code)


async def _page_context(request: AnyRequest, own: OwnApplication) -> dict[str, Any]:
    party = await application_queries.list_party(own.application.id)
    application = own.application
    return {
        **_shared(own),
        "party": party,
        "member_kinds": MEMBER_KINDS,
        "total": money.total(own.programme, party),
        "position": await allocation_queries.queue_position(application),
        "waiting_list": availability.waiting_list(own.session),
        "entry": await draw_queries.find_own_entry(application.id),
        "deadline": when_where.deadline,
        "contact": await application_queries.find_contact(application.id),
        "messages": await message_queries.list_of_application(application.id),
        "timeline": await _timeline(application),
        **await _postponement(own),
        "done": next((each for each in _DONE if each in request.query_params), ""),
        "refusal": "",
    }


async def _postponement(own: OwnApplication) -> dict[str, Any]:
    """The latest postponement that the party was asked about, and whether it still may answer."""
    latest = await postponements.find_latest(own.session.id)
    given = await postponements.answers(latest.id, [own.application.id]) if latest else {}
    if latest is None or own.application.id not in given:
        return {"postponement": None}
    answer = given[own.application.id]
    return {
        "postponement": latest,
        "was": when_where.times(latest.was_starts_at, latest.was_ends_at),
        "stays": answer is Answer.STAYS,
        "can_answer": answer is Answer.NONE
        and own.session.state is SessionState.PLANNED
        and clock.now() < own.session.starts_at,
    }


def _shared(own: OwnApplication) -> dict[str, Any]:
    now = clock.now()
    state = own.application.state
    return {
        "application": own.application,
        "programme": own.programme,
        "session": own.session,
        "place": when_where.place_name(own.programme),
        "place_name": places.get_place(own.programme.municipality_code).short_name,
        "when": when_where.times(own.session.starts_at, own.session.ends_at),
        "state": APPLICATION_STATES[state],
        "state_kind": APPLICATION_STATE_KINDS.get(state, "neutral"),
        "can_accept": _is_offered(own.application, now),
        "can_take": _fits_now(own, now),
        "can_leave": own.application.is_live and now < own.session.starts_at,
    }


def _is_offered(application: ApplicationView, now: datetime) -> bool:
    return application.offer_until is not None and now < application.offer_until


def _fits_now(own: OwnApplication, now: datetime) -> bool:
    """Whether the party waits, and may take free places before others do."""
    session = own.session
    return (
        own.application.state is ApplicationState.WAITING
        and session.state is SessionState.PLANNED
        and session.is_last_hours
        and now < session.starts_at
        and own.application.party_size <= session.free
    )


async def _timeline(application: ApplicationView) -> list[tuple[datetime, str, str]]:
    """(instant, label, reason), the oldest first."""
    events = await application_queries.list_events(application.id)
    applied = (application.applied_at, gettext("申込を受け付けました"), "")
    told = (
        (
            each.happened_at,
            str(EVENTS_BY.get((each.state, each.actor_kind), EVENTS[each.state])),
            each.reason,
        )
        for each in events
    )
    return [applied, *told]


@post(
    "/me/applications/{receipt:str}/accept",
    name="applications:accept",
    access=SIGNED_IN,
    status_code=200,
    private_form=True,
)
async def accept(
    request: AnyRequest, receipt: FromPath[str], actor: CurrentActor
) -> Template | Redirect:
    """Accept an offer; after its deadline the page answers 409."""
    own = await application_queries.get_own_application(actor.id, receipt)
    try:
        await do_once(request, actor.id, lambda: service.accept(actor.id, own.application.id))
    except (ConflictError, RetryLaterError) as error:
        return await _refused(request, receipt, actor.id, error)
    return go_to("applications:show", receipt=own.application.receipt, query={"accepted": "1"})


@post(
    "/me/applications/{receipt:str}/stay",
    name="applications:stay",
    access=SIGNED_IN,
    status_code=200,
    private_form=True,
)
async def stay(
    request: AnyRequest, receipt: FromPath[str], actor: CurrentActor
) -> Template | Redirect:
    """Answer a postponement: the party comes at the new time."""
    own = await application_queries.get_own_application(actor.id, receipt)
    application = own.application

    async def act() -> None:
        await postponing.stay(actor.id, application.id, application.session_id)

    try:
        await do_once(request, actor.id, act)
    except (ConflictError, RetryLaterError) as error:
        return await _refused(request, receipt, actor.id, error)
    return go_to("applications:show", receipt=application.receipt, query={"stays": "1"})


@get("/me/applications/{receipt:str}/leave", name="applications:leave", access=SIGNED_IN)
async def leave_page(receipt: FromPath[str], actor: CurrentActor) -> Template | Redirect:
    """Confirmation page before a place is given up."""
    shared = _shared(await application_queries.get_own_application(actor.id, receipt))
    if not shared["can_leave"]:
        return go_to("applications:show", receipt=shared["application"].receipt)
    return Template("programmes/leave.html", context=shared)


@post(
    "/me/applications/{receipt:str}/leave",
    name="applications:call-off",
    access=SIGNED_IN,
    status_code=200,
    private_form=True,
)
async def leave(
    request: AnyRequest, receipt: FromPath[str], actor: CurrentActor
) -> Template | Redirect:
    """Cancel the application or decline an offer; once the session has begun it answers 409."""
    own = await application_queries.get_own_application(actor.id, receipt)
    try:
        await do_once(request, actor.id, lambda: service.cancel(actor.id, own.application.id))
    except (ConflictError, RetryLaterError) as error:
        return await _refused(request, receipt, actor.id, error)
    return go_to("applications:show", receipt=own.application.receipt, query={"left": "1"})


@get(
    "/me/applications/{receipt:str}/calendar.ics",
    name="applications:calendar",
    access=SIGNED_IN,
)
async def calendar(receipt: FromPath[str], actor: CurrentActor) -> Response[bytes]:
    own = await application_queries.get_own_application(actor.id, receipt)
    return Response(
        await letters.calendar_of(actor.id, own),
        media_type=calendar_files.MEDIA_TYPE,
        headers={"content-disposition": f'attachment; filename="{own.application.receipt}.ics"'},
    )


HANDLERS = [mine, show, accept, stay, leave_page, leave, calendar]
