"""The page of a programme, and calendar files of its sessions."""

import uuid
from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from enishi.accounts.access import PUBLIC
from enishi.kit import calendars as calendar_files
from enishi.kit import clock, links
from enishi.kit.http.public_pages import public_page
from enishi.organisations import queries as organisations
from enishi.places import queries as places
from enishi.programmes.listings import money
from enishi.programmes.listings.labels import KINDS, MINORS
from enishi.programmes.listings.public_details import ages, public_details
from enishi.programmes.listings.queries import public as programme_queries
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.pages.party_total import ALONE, Adults, ChildCount, Party, total_context
from enishi.programmes.photographs import queries as photographs
from enishi.programmes.sessions import availability, calendars, event_data, when_where
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions.schemas import SessionView
from enishi.programmes.sessions.tables import SessionState
from enishi.themes.queries import list_national_themes

AnyRequest = Request[Any, Any, Any]


@get("/programmes/{slug:str}", name="programmes:show", access=PUBLIC)
async def show(
    request: AnyRequest, slug: FromPath[str], adults: Adults = 1, child_count: ChildCount = ""
) -> Response[bytes]:
    party = Party.of(adults, child_count)
    return await public_page(request, "programmes/show.html", lambda: _public_context(slug, party))


async def _public_context(slug: str, party: Party) -> dict[str, Any]:
    return await page_context(await programme_queries.get_public_programme(slug), party)


async def page_context(programme: ProgrammeView, party: Party = ALONE) -> dict[str, Any]:
    """The template context of the page, also used by the office's preview."""
    organisation = await organisations.get_organisation(programme.organisation_id)
    sessions = await session_queries.list_sessions(programme.id)
    themes = {each.slug: each.title for each in await list_national_themes()}
    return {
        "programme": programme,
        "organisation": organisation,
        "theme": themes.get(programme.theme_code),
        "kind": KINDS[programme.kind],
        "place": places.find_place(programme.municipality_code),
        "place_name": when_where.place_name(programme),
        "cost": money.cost(programme),
        "ages": ages(programme),
        "minors": MINORS.get(programme.minors),
        "photographs": await photographs.list_photographs(programme.id),
        "public_details": public_details(programme),
        "canonical": links.absolute("programmes:show", slug=programme.slug),
        "event_data": event_data.events(programme, sessions, str(organisation.name)),
        "most_sessions": session_queries.MOST_SESSIONS,
        "more_sessions": len(sessions) >= session_queries.MOST_SESSIONS,
        **total_context(programme, party),
        **_sessions(programme, sessions),
    }


def _sessions(programme: ProgrammeView, sessions: list[SessionView]) -> dict[str, Any]:
    now = clock.now()
    coming = [_session(programme, each, now) for each in sessions if now < each.starts_at]
    return {
        "coming": coming,
        "planned": [each for each in coming if each["session"].state is SessionState.PLANNED],
        "past": [_session(programme, each, now) for each in sessions if each.starts_at <= now],
    }


def _session(programme: ProgrammeView, session: SessionView, now: datetime) -> dict[str, Any]:
    return {
        "session": session,
        "availability": availability.of_session(programme, session, now),
        "when": when_where.times(session.starts_at, session.ends_at),
        "closes": when_where.deadline(
            session.draw_closes_at
            if session.takes_entries and session.draw_closes_at
            else session.closes_at
        ),
    }


@get("/programmes/{slug:str}/calendar.ics", name="programmes:calendar", access=PUBLIC)
async def calendar(slug: FromPath[str]) -> Response[bytes]:
    """All sessions of a programme, as a file or a subscription."""
    programme = await programme_queries.get_public_programme(slug)
    return _calendar(programme, await session_queries.list_sessions(programme.id))


@get(
    "/programmes/sessions/{session_id:uuid}/calendar.ics",
    name="programmes:session-calendar",
    access=PUBLIC,
)
async def session_calendar(session_id: FromPath[uuid.UUID]) -> Response[bytes]:
    programme, session = await session_queries.get_public_session(session_id)
    return _calendar(programme, [session])


def _calendar(programme: ProgrammeView, sessions: list[SessionView]) -> Response[bytes]:
    events = [calendars.session_event(programme, each) for each in sessions]
    return Response(
        calendar_files.calendar(str(programme.title), events),
        media_type=calendar_files.MEDIA_TYPE,
        headers={
            "cache-control": "public, max-age=300",
            "content-disposition": f'attachment; filename="{programme.slug}.ics"',
        },
    )


HANDLERS = [show, calendar, session_calendar]
