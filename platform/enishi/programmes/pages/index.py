"""The public list of programmes, filtered by the query string, and its Atom feed."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import QueryParameter
from litestar.response import Template

from enishi.accounts.access import PUBLIC
from enishi.kit import clock, feeds, links
from enishi.kit.forms import Form
from enishi.kit.http.public_pages import public_page
from enishi.kit.i18n import gettext
from enishi.programmes.finding import queries as finding
from enishi.programmes.finding.queries import Loosened
from enishi.programmes.listings import money
from enishi.programmes.listings.errors import UnreadableFilterError
from enishi.programmes.listings.filters import ProgrammeFilter, check_filter, read_filter
from enishi.programmes.listings.labels import KINDS
from enishi.programmes.listings.schemas import ProgrammeRow
from enishi.programmes.pages.choices import SORTS, SWITCHES, WITH_COUNTS, Choices, choices, months
from enishi.programmes.sessions import availability, when_where
from enishi.themes.queries import list_national_themes

AnyRequest = Request[Any, Any, Any]
_PAGE = "programmes/index.html"
Cursor = Annotated[str | None, QueryParameter(name="after", max_length=400)]
_TYPED = {"q", "since", "until"}  # by people; the others are chosen
# What the form shows below "more conditions".
_MORE = (
    "since", "until", "season", "length", "adults", "child_count", "child_age", "cost", "kind",
    "theme", "weekend", "children", "wheelchair", "places",
)  # fmt: skip
# What each answer brings anew beside the results: the numbers beside the options. htmx gives
# the focus back to the control of the same id.
_ANEW = ",".join(
    (
        "#count:innerHTML",
        "#filter-municipality:outerHTML",
        # Whole lists: options that are moved out of one list one by one lose which was chosen.
        *(f"#f-{name}:outerHTML" for name in WITH_COUNTS),
        *(f"#n-{name}:innerHTML" for name in SWITCHES),
    )
)


@get("/programmes", name="programmes:index", access=PUBLIC)
async def index(request: AnyRequest, after: Cursor = None) -> Response[bytes] | Template:
    form = check_filter(_sent(request))
    if form.value is None:
        return await _refused(request, form)
    wanted = form.value
    return await public_page(request, _PAGE, lambda: _context(wanted, after))


async def _refused(request: AnyRequest, form: Form[ProgrammeFilter]) -> Template:
    """The list by the conditions that can be read, and the others as typed with a message.

    Raises UnreadableFilterError for values that no form sends.
    """
    if not form.errors.keys() <= _TYPED:
        raise UnreadableFilterError
    readable = [(name, value) for name, value in _sent(request) if name not in form.errors]
    context = await _context(read_filter(readable), None)
    return Template(_PAGE, context=context | {"form": form}, status_code=422)


async def _context(wanted: ProgrammeFilter, after: str | None) -> dict[str, Any]:
    found = await finding.browse(wanted, after, months(wanted.month))
    listed_places = await finding.count_by_municipality()
    shown = choices(wanted, found.counts, listed_places, await list_national_themes())
    return {
        "rows": [card(row, wanted) for row in found.page.rows],
        "total": found.total,
        "next_page": wanted.query(after=found.page.next_cursor) if found.page.next_cursor else "",
        "is_first": after is None,
        "wanted": wanted,
        "choices": shown,
        "form": Form(),
        "first_order": SORTS[""],
        "anew": _ANEW,
        "more": len(set(_MORE) & set(wanted.names)),
        "chosen": [(_label(wanted, shown, name), wanted.without(name).query())
                   for name in wanted.names],
        "loosened": [_loosened(wanted, shown, each) for each in found.loosened],
        "feed": links.link("programmes:feed") + wanted.query(),
    }  # fmt: skip


def _label(wanted: ProgrammeFilter, shown: Choices, name: str) -> str:
    return shown.label(name, str(getattr(wanted, name)))


def _loosened(wanted: ProgrammeFilter, shown: Choices, each: Loosened) -> tuple[str, int, str]:
    """A condition, what is found without it, and the query string of that."""
    return _label(wanted, shown, each.name), each.total, wanted.without(each.name).query()


@get("/programmes/feed.xml", name="programmes:feed", access=PUBLIC)
async def feed(request: AnyRequest) -> Response[bytes]:
    """The programmes of the list as an Atom feed, the newest publication first."""
    wanted = read_filter(_sent(request))
    rows = await finding.list_latest(wanted)
    address = links.absolute("programmes:index") + wanted.query()
    made = feeds.Feed(
        id=address,
        title=gettext("体験・活動"),
        address=address,
        own_address=links.absolute("programmes:feed") + wanted.query(),
        updated=max((row.changed_at for row in rows), default=clock.start_of_day(clock.today())),
        entries=[_feed_entry(row) for row in rows],
    )
    headers = {"cache-control": "public, max-age=300"}
    return Response(feeds.atom(made), media_type=feeds.MEDIA_TYPE, headers=headers)


def _sent(request: AnyRequest) -> list[tuple[str, str]]:
    sent = request.query_params.multi_items()
    return [(name, value) for name, value in sent if name != "after"]


def card(row: ProgrammeRow, wanted: ProgrammeFilter | None = None) -> dict[str, Any]:
    """The values of the template programmes/_card.html. `total`: of the party, if one is given."""
    return {
        "party": _party(wanted) if wanted else {},
        "total": money.party_total(row, *wanted.party) if wanted and wanted.has_party else "",
        "row": row,
        "place": when_where.place_name(row),
        "kind": KINDS[row.kind],
        "availability": availability.of_row(row),
        "fee": money.cost(row),
        "when": when_where.times(row.next_start, row.next_end),
    }


def _party(wanted: ProgrammeFilter) -> dict[str, str]:
    """The party of the filter, for the address of a programme, which then shows their total."""
    party = {"adults": wanted.adults, "child_count": wanted.child_count}
    return {name: str(number) for name, number in party.items() if number}


def _feed_entry(row: ProgrammeRow) -> feeds.FeedEntry:
    shown = card(row)
    title = str(row.title)
    lines = [str(row.summary), shown["place"], shown["when"], shown["fee"]]
    return feeds.FeedEntry(
        id=f"urn:uuid:{row.id}",
        title=gettext("【見本】%(title)s", title=title) if row.is_sample else title,
        address=links.absolute("programmes:show", slug=row.slug),
        updated=row.changed_at,
        author=row.host_name or gettext("主催者"),
        content="\n".join(line for line in lines if line),
    )


HANDLERS = [index, feed]
