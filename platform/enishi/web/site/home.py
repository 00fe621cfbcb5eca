"""The first page: the three doors, what is open now, where people are tied to, what happened."""

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
from enishi.programmes.listings.filters import ProgrammeFilter
from enishi.programmes.listings.queries.public import list_latest, list_public
from enishi.programmes.pages.index import card
from enishi.settings import get_settings
from enishi.statistics import release_charts
from enishi.statistics.metrics import BY_KEY
from enishi.statistics.queries import chart_store, releases

AnyRequest = Request[Any, Any, Any]

_DIALOGUES = 3
_PROGRAMMES = 3
_HAPPENINGS = 6

_PHASES = {
    PhaseKind.OPEN: gettext_lazy("対話がひらきました"),
    PhaseKind.CLOSED: gettext_lazy("対話の受付が終わりました"),
    PhaseKind.RESULT: gettext_lazy("対話の結果が公表されました"),
}


@dataclass(frozen=True)
class Happening:
    """`cord` is the colour of its door: madder (speak), sprout (go)."""

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
            "happenings": await _happenings(),
            **await _published(),
        }  # fmt: skip

    return await public_page(request, "home/index.html", load)


async def _published() -> dict[str, Any]:
    """The newest release's headline and the map of ties; nothing before the first release."""
    as_of = await releases.find_latest_day()
    if as_of is None:
        return {"release": None, "headline": [], "ties": None}
    release = await releases.get_release(as_of)
    await chart_store.load(as_of)
    return {
        "release": release,
        "headline": [(BY_KEY[key], cell) for key, cell in release_charts.headline(release)],
        "ties": await release_charts.registrations(release),
    }


async def _happenings() -> list[Happening]:
    """The newest of all kinds, the latest first."""
    begun: Iterable[Happening] = [
        Happening(
            at=phase.starts_at,
            what=_PHASES[phase.kind],
            title=phase.title,
            address=links.link("dialogues:show", slug=phase.slug),
            cord="madder",
        )
        for phase in await consultations.list_begun(_HAPPENINGS)
    ]
    invited: Iterable[Happening] = [
        Happening(
            at=row.published_at,
            what=gettext_lazy("体験・活動の募集が始まりました"),
            title=row.title,
            address=links.link("programmes:show", slug=row.slug),
            cord="sprout",
        )
        for row in await list_latest(ProgrammeFilter(), _HAPPENINGS)
    ]
    newest = sorted(chain(begun, invited), key=lambda each: each.at, reverse=True)
    return list(islice(newest, _HAPPENINGS))


@get("/organisers", name="home:organisers", access=PUBLIC)
async def organisers(request: AnyRequest) -> Response[bytes]:
    """What a town hall or a host finds here, and how it begins."""

    async def load() -> Mapping[str, Any]:
        return {"operator": {"contact": get_settings().operator_contact}}

    return await public_page(request, "home/organisers.html", load)


HANDLERS: list[ControllerRouterHandler] = [home, organisers]
