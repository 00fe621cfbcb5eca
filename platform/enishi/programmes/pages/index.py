"""The public list of programmes, filtered by the query string, and its Atom feed."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import QueryParameter

from enishi.accounts.access import PUBLIC
from enishi.kit import clock, feeds, formatting, links
from enishi.kit.http.public_pages import public_page
from enishi.kit.i18n import gettext, gettext_lazy
from enishi.places import queries as places
from enishi.places.schemas import Place
from enishi.programmes.listings import money
from enishi.programmes.listings.filters import ProgrammeFilter, read_filter
from enishi.programmes.listings.labels import KINDS
from enishi.programmes.listings.queries import public as programme_queries
from enishi.programmes.listings.schemas import ProgrammeRow
from enishi.programmes.sessions import availability, when_where
from enishi.themes.queries import list_national_themes

AnyRequest = Request[Any, Any, Any]
Cursor = Annotated[str | None, QueryParameter(name="after", max_length=400)]

_MONTHS = 12
COSTS = {
    "free": gettext_lazy("無料"),
    "3000": gettext_lazy("3,000円まで"),
    "10000": gettext_lazy("10,000円まで"),
}
SWITCHES = {
    "children": gettext_lazy("子どもと一緒に参加できる"),
    "wheelchair": gettext_lazy("車いすで参加できる"),
    "places": gettext_lazy("いま空きがある"),
}


@dataclass(frozen=True)
class Choices:
    """The options of each condition: (value, label). Only places that have programmes."""

    prefectures: list[tuple[str, str]]
    municipalities: list[tuple[str, str]]
    months: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    costs: list[tuple[str, str]]
    themes: list[tuple[str, str]]

    def label(self, name: str, value: str) -> str:
        """The label of a condition that is set."""
        if name in SWITCHES:
            return str(SWITCHES[name])
        if name in ("prefecture", "municipality"):
            place = places.find_place(value)
            return place.short_name if place else value
        lists = {
            "month": self.months,
            "kind": self.kinds,
            "cost": self.costs,
            "theme": self.themes,
        }
        return dict(lists[name]).get(value, value)


@get("/programmes", name="programmes:index", access=PUBLIC)
async def index(request: AnyRequest, after: Cursor = None) -> Response[bytes]:
    wanted = _filter_of(request)
    return await public_page(request, "programmes/index.html", lambda: _context(wanted, after))


async def _context(wanted: ProgrammeFilter, after: str | None) -> dict[str, Any]:
    page = await programme_queries.list_public(wanted, after)
    choices = await _choices(wanted)
    return {
        "rows": [card(row) for row in page.rows],
        "total": await programme_queries.count_public(wanted),
        "next_page": wanted.query(after=page.next_cursor) if page.next_cursor else "",
        "is_first": after is None,
        "wanted": wanted,
        "choices": choices,
        "switches": SWITCHES,
        "chosen": [
            (choices.label(name, str(getattr(wanted, name))), wanted.without(name).query())
            for name in wanted.names
        ],
        "feed": links.link("programmes:feed") + wanted.query(),
    }


@get("/programmes/feed.xml", name="programmes:feed", access=PUBLIC)
async def feed(request: AnyRequest) -> Response[bytes]:
    """The programmes of the list as an Atom feed, the newest publication first."""
    wanted = _filter_of(request)
    rows = await programme_queries.list_latest(wanted)
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


def _filter_of(request: AnyRequest) -> ProgrammeFilter:
    sent = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    return read_filter(sent)


def card(row: ProgrammeRow) -> dict[str, Any]:
    """The values of the template programmes/_card.html."""
    return {
        "row": row,
        "place": when_where.place_name(row),
        "kind": KINDS[row.kind],
        "availability": availability.of_row(row),
        "fee": money.cost(row),
        "when": when_where.times(row.next_start, row.next_end),
    }


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


async def _choices(wanted: ProgrammeFilter) -> Choices:
    counts = await programme_queries.count_by_municipality()
    here = [place for code in sorted(counts) if (place := places.find_place(code)) is not None]
    in_prefecture = [place for place in here if place.prefecture_code == wanted.prefecture]
    sums: dict[str, int] = {}
    for place in here:
        sums[place.prefecture_code] = sums.get(place.prefecture_code, 0) + counts[place.code]
    return Choices(
        prefectures=_places(places.list_prefectures(), sums, wanted.prefecture),
        municipalities=_places(in_prefecture, counts, wanted.municipality),
        months=_months(wanted.month),
        kinds=[(kind.value, str(word)) for kind, word in KINDS.items()],
        costs=[(value, str(word)) for value, word in COSTS.items()],
        themes=[(each.slug, str(each.title)) for each in await list_national_themes()],
    )


def _places(
    offered: tuple[Place, ...] | list[Place], counts: dict[str, int], chosen: str
) -> list[tuple[str, str]]:
    """Places with programmes, and the chosen one even if it has none."""
    listed = {place.code: place for place in offered if place.code in counts}
    place = places.find_place(chosen)
    if place is not None:
        listed.setdefault(chosen, place)
    return [
        (code, f"{each.short_name} ({formatting.format_number(counts.get(code, 0))})")
        for code, each in sorted(listed.items())
    ]


def _months(chosen: str) -> list[tuple[str, str]]:
    """This month and the following ones, and the chosen one."""
    today = clock.today()
    first = today.year * 12 + today.month - 1
    values = [f"{n // 12}-{n % 12 + 1:02}" for n in range(first, first + _MONTHS)]
    return [(value, formatting.format_month(value)) for value in sorted({*values, chosen} - {""})]


HANDLERS = [index, feed]
