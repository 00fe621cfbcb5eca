"""The first page: the three entries, what is open now, registrations by prefecture, news."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from enishi.accounts.access import PUBLIC
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.kinds import PhaseKind
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.voting import results
from enishi.kit import clock, links
from enishi.kit.http.public_pages import public_page
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.programmes.finding.queries import list_latest, list_public
from enishi.programmes.listings.filters import ProgrammeFilter
from enishi.programmes.pages.index import card
from enishi.settings import get_settings
from enishi.statistics import cube_charts
from enishi.statistics.cube_tables import find_table, public_cubes
from enishi.statistics.queries import chart_store

AnyRequest = Request[Any, Any, Any]

_DIALOGUES = 3
_PROGRAMMES = 3
_NEWS = 6

_PHASES = {
    PhaseKind.OPEN: gettext_lazy("対話の募集が始まりました"),
    PhaseKind.CLOSED: gettext_lazy("対話の受付が終わりました"),
    PhaseKind.RESULT: gettext_lazy("対話の結果が公表されました"),
}


@dataclass(frozen=True)
class NewsItem:
    """`cord` is the colour of the entry: madder (speak), sprout (go)."""

    at: datetime
    what: LazyText
    title: Any
    address: str
    cord: str


@get("/", name="home:index", access=PUBLIC)
async def home(request: AnyRequest) -> Response[bytes]:
    async def load() -> Mapping[str, Any]:
        open_now = await consultations.list_open(None, clock.now(), _DIALOGUES)
        coming = await list_public(ProgrammeFilter(places=True), size=_PROGRAMMES)
        return {
            "dialogues": [(each, phase_summary(each), await results.get_totals(each.id))
                          for each in open_now],
            "programmes": [card(row) for row in coming.rows],
            "news": await _news(),
            **await _published(),
        }  # fmt: skip

    return await public_page(request, "home/index.html", load)


async def _published() -> dict[str, Any]:
    """The figures of the nation, and the map of registrations with its table."""
    found = [await find_table(cube.name) for cube in public_cubes(nation=True)]
    nation = [table for table in found if table]
    if not nation:
        return {"nation": []}
    await chart_store.load(nation[0].release.until)
    registered = await find_table("tie.prefecture")
    return {
        "nation": nation,
        "registered": registered,
        "registrations": await cube_charts.draw(registered) if registered else None,
    }


async def _news() -> list[NewsItem]:
    """The latest phases and programmes, newest first."""
    begun: Iterable[NewsItem] = [
        NewsItem(
            at=phase.starts_at,
            what=_PHASES[phase.kind],
            title=phase.title,
            address=links.link("dialogues:show", slug=phase.slug),
            cord="madder",
        )
        for phase in await consultations.list_entered_phases(_NEWS)
    ]
    invited: Iterable[NewsItem] = [
        NewsItem(
            at=row.published_at,
            what=gettext_lazy("体験・活動の募集が始まりました"),
            title=row.title,
            address=links.link("programmes:show", slug=row.slug),
            cord="sprout",
        )
        for row in await list_latest(ProgrammeFilter(), _NEWS)
    ]
    newest = sorted(chain(begun, invited), key=lambda each: each.at, reverse=True)
    return list(islice(newest, _NEWS))


@get("/organisers", name="home:organisers", access=PUBLIC)
async def organisers(request: AnyRequest) -> Response[bytes]:
    """For authorities and hosts: what they can do here, and how to begin."""

    async def load() -> Mapping[str, Any]:
        return {"operator": {"contact": get_settings().operator_contact}}

    return await public_page(request, "home/organisers.html", load)


HANDLERS: list[ControllerRouterHandler] = [home, organisers]
