"""The read-only JSON API of programmes: queries, filters and visibility are those of the pages."""

from datetime import date
from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter

from enishi.accounts.access import PUBLIC
from enishi.kit import clock
from enishi.kit.http.problems import problems
from enishi.organisations import queries as organisations
from enishi.programmes.api.schemas import (
    ProgrammeItem,
    ProgrammeOut,
    ProgrammePage,
    SessionOut,
)
from enishi.programmes.finding import queries as finding
from enishi.programmes.listings.filters import (
    LARGEST_PARTY,
    OLDEST_CHILD,
    Cost,
    Length,
    ProgrammeFilter,
    Season,
    Sort,
    pattern_of,
    read_filter,
)
from enishi.programmes.listings.queries import public as programme_queries
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.listings.tables import ProgrammeKind
from enishi.programmes.sessions import availability
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions.schemas import SessionView

After = Annotated[
    str | None,
    QueryParameter(name="after", max_length=400, description="`next` of the page before."),
]


def _condition(
    name: str, *, ge: int | None = None, le: int | None = None, max_length: int | None = None
) -> QueryParameter:
    """The parameter for a condition of the filter, described as the filter reads it."""
    description = ProgrammeFilter.model_fields[name].description
    return QueryParameter(
        name=name,
        pattern=pattern_of(name),
        description=description,
        ge=ge,
        le=le,
        max_length=max_length,
    )


Prefecture = Annotated[str, _condition("prefecture")]
Municipality = Annotated[str, _condition("municipality")]
Words = Annotated[str, _condition("q", max_length=60)]
Since = Annotated[date | None, _condition("since")]
Until = Annotated[date | None, _condition("until")]
Month = Annotated[str, _condition("month")]
InSeason = Annotated[Season, _condition("season")]
Weekend = Annotated[str, _condition("weekend")]
OfLength = Annotated[Length, _condition("length")]
Adults = Annotated[int | None, _condition("adults", ge=1, le=LARGEST_PARTY)]
ChildCount = Annotated[int | None, _condition("child_count", ge=1, le=LARGEST_PARTY)]
ChildAge = Annotated[int | None, _condition("child_age", ge=0, le=OLDEST_CHILD)]
Order = Annotated[Sort, _condition("sort")]
Kind = Annotated[ProgrammeKind | None, _condition("kind")]
MostYen = Annotated[Cost, _condition("cost")]
Theme = Annotated[str, _condition("theme")]
Children = Annotated[str, _condition("children")]
Wheelchair = Annotated[str, _condition("wheelchair")]
Places = Annotated[str, _condition("places")]


@get("/programmes", name="api:programmes", access=PUBLIC, responses=problems(400, 404, 422))
async def list_programmes(  # noqa: PLR0913 (one for each parameter of the address)
    *,
    prefecture: Prefecture = "",
    municipality: Municipality = "",
    q: Words = "",
    since: Since = None,
    until: Until = None,
    month: Month = "",
    season: InSeason = "",
    weekend: Weekend = "",
    length: OfLength = "",
    kind: Kind = None,
    adults: Adults = None,
    child_count: ChildCount = None,
    child_age: ChildAge = None,
    cost: MostYen = "",
    theme: Theme = "",
    children: Children = "",
    wheelchair: Wheelchair = "",
    places: Places = "",
    sort: Order = "",
    after: After = None,
) -> ProgrammePage:
    """Published programmes with a coming session, by the next start; the filters are the site's."""
    sent = {
        "prefecture": prefecture, "municipality": municipality, "q": q, "since": since,
        "until": until, "month": month, "season": season, "weekend": weekend, "length": length,
        "kind": kind, "adults": adults, "child_count": child_count, "child_age": child_age,
        "cost": cost, "theme": theme, "children": children, "wheelchair": wheelchair,
        "places": places, "sort": sort,
    }  # fmt: skip
    wanted = read_filter((name, str(value)) for name, value in sent.items() if value is not None)
    page = await finding.list_public(wanted, after)
    return ProgrammePage(
        items=tuple(
            ProgrammeItem(
                **dict(row) | {"most_free": min(row.most_free, availability.MOST_SEATS_SHOWN)}
            )
            for row in page.rows
        ),
        next=page.next_cursor,
    )


@get("/programmes/{slug:str}", name="api:programme", access=PUBLIC, responses=problems(404))
async def show_programme(slug: FromPath[str]) -> ProgrammeOut:
    """A programme with its sessions, past ones included."""
    programme = await programme_queries.get_public_programme(slug)
    organisation = await organisations.get_organisation(programme.organisation_id)
    fields = {name: getattr(programme, name) for name in ProgrammeOut.model_fields if name in _OWN}
    sessions = await session_queries.list_sessions(programme.id)
    return ProgrammeOut(
        **fields,
        organisation=organisation.name,
        sessions=tuple(_session(programme, each) for each in sessions),
        more_sessions=len(sessions) >= session_queries.MOST_SESSIONS,
    )


_OWN = frozenset(ProgrammeView.model_fields)


def _session(programme: ProgrammeView, session: SessionView) -> SessionOut:
    names = SessionOut.model_fields.keys() - {"can_apply", "free", "waiting"}
    fields = {name: getattr(session, name) for name in names}
    now = clock.now()
    shown = availability.of_session(programme, session, now)
    return SessionOut(
        **fields,
        can_apply=shown.can_apply,
        free=availability.public_seats(programme, session, now),
        waiting=min(session.waiting, availability.MOST_SEATS_SHOWN) if shown.is_open else None,
    )


HANDLERS = [list_programmes, show_programme]
