"""The applicants of a session: list, attendance, a sheet to print, a CSV file.

All of it is personal data: editors only, and each read of care needs and each export is audited.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from enishi.accounts.access import CurrentActor
from enishi.accounts.schemas import Actor
from enishi.kit import clock, seen, spreadsheets
from enishi.kit.errors import ConflictError, InvalidError, RetryLaterError
from enishi.kit.http.answers import attached, do_once, go_to
from enishi.kit.http.submissions import read_form
from enishi.kit.http.submitted import submitted
from enishi.organisations.access import CurrentOrganisation
from enishi.organisations.schemas import OrganisationRef
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications import labels
from enishi.programmes.applications.policies import attendance_rate
from enishi.programmes.applications.queries import messages as message_queries
from enishi.programmes.applications.queries import office as application_queries
from enishi.programmes.applications.queries import postponements
from enishi.programmes.applications.schemas import ApplicantRow
from enishi.programmes.applications.service import attendance, retention
from enishi.programmes.applications.tables import ApplicationState
from enishi.programmes.listings.queries import office as programme_queries
from enishi.programmes.office.applicants_file import lines
from enishi.programmes.office.availability import of_session
from enishi.programmes.office.context import (
    EDITOR,
    SESSION,
    AnyRequest,
    office_actor,
    shared_context,
)
from enishi.programmes.office.marking_forms import MarkForm, PartyMarkForm
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions import when_where

LIST, SHEET = "programmes/office/applicants.html", "programmes/office/sheet.html"
SHEET_SIZE = 200
_CANCELLED = (ApplicationState.CANCELLED, ApplicationState.DECLINED)
EXPECTED = (ApplicationState.CONFIRMED, ApplicationState.ATTENDED, ApplicationState.ABSENT)


@get(SESSION, name="office:applicants", access=EDITOR)
async def applicants(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template:
    context = await _list_context(request, actor, organisation, session_id)
    return Template(LIST, context=context)


async def _list_context(
    request: AnyRequest,
    actor: Actor,
    organisation: OrganisationRef,
    session_id: uuid.UUID,
    refusal: object = "",
) -> dict[str, Any]:
    """`refusal` is shown above the list."""
    session = await session_queries.get_own_session(organisation.id, session_id)
    programme = await programme_queries.get_own_programme(organisation.id, session.programme_id)
    counts = await application_queries.count_by_state(session_id)
    counted = await application_queries.count_attendance(session_id)
    position = _position(request)
    shown = position.get("state", "")
    states = (ApplicationState(shown),) if shown in tuple(ApplicationState) else ()
    after = position.get("after", "")
    page = await application_queries.list_applicants(
        organisation.id, session_id, after, states=states
    )
    rows = await retention.show_care_needs(office_actor(actor, organisation), session_id, page.rows)
    return {
        **shared_context(request, actor, organisation),
        **await _postponement(session_id, rows),
        "programme": programme,
        "session": session,
        "availability": of_session(programme, session, clock.now()),
        "counts": counts,
        "total": sum(each.applications for each in counts.values()),
        "page": page,
        "rows": rows,
        "shown": states[0] if states else None,
        "is_first": not after,
        "labels": labels,
        "messages": await message_queries.list_of_session(session_id),
        "attendance": counted,
        "cancelled": sum(counts[state].persons for state in _CANCELLED if state in counts),
        "rate": attendance_rate(counted.attended, counted.absent, counted.not_marked),
        "refusal": str(refusal),
        "position": position,
    }


async def _postponement(session_id: uuid.UUID, rows: Sequence[ApplicantRow]) -> dict[str, Any]:
    """What the parties answered, if the session was postponed."""
    latest = await postponements.find_latest(session_id)
    if latest is None:
        return {"postponement": None, "answers": {}}
    return {
        "postponement": latest,
        "was": when_where.times(latest.was_starts_at, latest.was_ends_at),
        "answered": await postponements.count_answers(latest.id),
        "answers": await postponements.answers(latest.id, [row.id for row in rows]),
    }


def _position(request: AnyRequest) -> dict[str, str]:
    """The position in the list, as its query string holds it: state filter and cursor."""
    asked = {name: request.query_params.get(name, "") for name in ("state", "after")}
    return {name: value for name, value in asked.items() if value}


@post(
    SESSION + "/applications/{application_id:uuid}/mark",
    name="office:mark-attendance",
    access=EDITOR,
    status_code=200,
    private_form=True,
)
async def mark(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
    application_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    """Record who of one party attended, and return to the same position of the list."""
    await session_queries.get_own_session(organisation.id, session_id)
    form = await read_form(request, PartyMarkForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            acting = office_actor(actor, organisation)
            shown = form.text(seen.FIELD)
            await attendance.mark(acting, application_id, sent.value.marks, seen=shown)
            sent.go_to(
                "office:applicants",
                organisation_slug=organisation.slug,
                session_id=session_id,
                query=_position(request),
                fragment=f"a-{application_id}",
            )
    refusal = sent.error or InvalidError()
    return await sent.answer(
        LIST, lambda: _list_context(request, actor, organisation, session_id, refusal)
    )


@post(
    SESSION + "/applications/{application_id:uuid}/seat",
    name="office:seat-applicant",
    access=EDITOR,
    status_code=200,
    private_form=True,
)
async def seat(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
    application_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    """Give free places to one party that waits, and return to the same position of the list."""
    acting = office_actor(actor, organisation)
    try:
        await do_once(
            request, actor.id, lambda: applications.seat(acting, session_id, application_id)
        )
    except (ConflictError, RetryLaterError) as error:
        context = await _list_context(request, actor, organisation, session_id, error)
        return Template(LIST, context=context, status_code=error.status_code)
    return go_to(
        "office:applicants",
        organisation_slug=organisation.slug,
        session_id=session_id,
        query=_position(request) | {"done": "seated"},
        fragment=f"a-{application_id}",
    )


@post(
    SESSION + "/mark-rest",
    name="office:mark-rest",
    access=EDITOR,
    status_code=200,
    private_form=True,
)
async def mark_rest(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template | Redirect:
    form = await read_form(request, MarkForm)
    async with submitted(request, actor.id, form) as sent:
        if sent.is_new:
            acting = office_actor(actor, organisation)
            marked = await attendance.mark_rest(acting, session_id, sent.value.mark)
            sent.go_to(
                "office:applicants",
                organisation_slug=organisation.slug,
                session_id=session_id,
                query={"done": "marked", "n": str(marked)},
            )
    refusal = sent.error or InvalidError()
    return await sent.answer(
        LIST, lambda: _list_context(request, actor, organisation, session_id, refusal)
    )


@get(SESSION + "/sheet", name="office:applicants-sheet", access=EDITOR)
async def sheet(
    request: AnyRequest,
    actor: CurrentActor,
    organisation: CurrentOrganisation,
    session_id: FromPath[uuid.UUID],
) -> Template:
    """A sheet to print: the expected parties with a box for each person."""
    session = await session_queries.get_own_session(organisation.id, session_id)
    after = request.query_params.get("after", "")
    expected = await application_queries.list_applicants(
        organisation.id, session_id, after, SHEET_SIZE, EXPECTED
    )
    acting = office_actor(actor, organisation)
    context: dict[str, Any] = {
        "programme": await programme_queries.get_own_programme(
            organisation.id, session.programme_id
        ),
        "session": session,
        "page": expected,
        "rows": await retention.show_care_needs(acting, session_id, expected.rows),
        "is_first": not after,
        "labels": labels,
    }
    return Template(SHEET, context=shared_context(request, actor, organisation) | context)


@post(SESSION + "/export", name="office:applicants-file", access=EDITOR, status_code=200)
async def export(
    actor: CurrentActor, organisation: CurrentOrganisation, session_id: FromPath[uuid.UUID]
) -> Stream:
    """The list as a CSV stream: one line for each person."""
    session = await session_queries.get_own_session(organisation.id, session_id)
    await attendance.record_export(office_actor(actor, organisation), session_id)
    name = f"participants-{clock.in_tokyo(session.starts_at):%Y%m%d}.csv"
    return Stream(
        lines(application_queries.each_applicant(organisation.id, session_id)),
        media_type=spreadsheets.MEDIA_TYPE,
        headers=attached(name),
    )


HANDLERS = [applicants, mark, seat, mark_rest, sheet, export]
