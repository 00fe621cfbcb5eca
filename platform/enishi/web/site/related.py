"""From a dialogue to programmes of its themes and place, and from a programme to dialogues.

Consultations and programmes import nothing of each other, so both pages are here, above the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from enishi.accounts.access import PUBLIC
from enishi.consultations.core import queries as consultations
from enishi.kit.http.public_pages import public_page
from enishi.organisations import queries as organisations
from enishi.places import queries as places
from enishi.places.schemas import Place
from enishi.programmes.finding import queries as finding
from enishi.programmes.listings.filters import ProgrammeFilter
from enishi.programmes.listings.queries.public import get_public_programme
from enishi.themes import queries as themes
from enishi.web.site import place_activity
from enishi.web.site.place_activity import ComingProgramme, OpenDialogue

AnyRequest = Request[Any, Any, Any]

_MOST_THEMES = 3
_SHOWN = 4


@dataclass(frozen=True)
class ProgrammeGroup:
    """Programmes of a theme, or of a place. `place`: where it was looked; None for everywhere.

    `query`: the filter of the whole list, of `total` programmes.
    """

    theme: str
    place: Place | None
    rows: list[ComingProgramme]
    total: int
    query: str


@dataclass(frozen=True)
class DialogueGroup:
    theme: str
    place: Place | None
    rows: list[OpenDialogue]


@get("/dialogues/{slug:str}/programmes", name="dialogues:programmes", access=PUBLIC)
async def programmes_of_dialogue(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Programmes of the themes of a dialogue, and of the place of its authority."""

    async def load() -> Mapping[str, Any]:
        consultation = await consultations.get_public(slug)
        organisation = await organisations.get_organisation(consultation.organisation_id)
        place = places.find_place(organisation.lg_code or "")
        slugs = await themes.list_national_slugs(consultation.themes)
        titles = {each.slug: str(each.title) for each in await themes.list_national_themes()}
        groups = [await _of_theme(each, titles[each], place) for each in slugs[:_MOST_THEMES]]
        if place is not None:
            groups.append(await _group(_at(place), "", place))
        return {"consultation": consultation, "groups": [each for each in groups if each.total]}

    return await public_page(request, "related/programmes.html", load)


async def _of_theme(theme: str, title: str, place: Place | None) -> ProgrammeGroup:
    """In the prefecture if there are any, else everywhere."""
    if place is not None:
        nearby = ProgrammeFilter(theme=theme, prefecture=place.prefecture_code)
        found = await _group(nearby, title, places.get_place(place.prefecture_code))
        if found.total:
            return found
    return await _group(ProgrammeFilter(theme=theme), title, None)


async def _group(wanted: ProgrammeFilter, theme: str, place: Place | None) -> ProgrammeGroup:
    page = await finding.list_public(wanted, size=_SHOWN)
    rows = [place_activity.shown(row) for row in page.rows]
    total = await finding.count_public(wanted)
    return ProgrammeGroup(theme, place, rows, total, wanted.query())


def _at(place: Place) -> ProgrammeFilter:
    return ProgrammeFilter(
        prefecture=place.prefecture_code, municipality=place.code if place.is_municipality else ""
    )


@get("/programmes/{slug:str}/dialogues", name="programmes:dialogues", access=PUBLIC)
async def dialogues_of_programme(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Open dialogues of the theme of a programme, and of the authorities of its place."""

    async def load() -> Mapping[str, Any]:
        programme = await get_public_programme(slug)
        titles = {each.slug: str(each.title) for each in await themes.list_national_themes()}
        place = places.find_place(programme.municipality_code)
        groups = []
        if programme.theme_code in titles:
            rows = await place_activity.open_dialogues_about(programme.theme_code, _SHOWN)
            groups.append(DialogueGroup(titles[programme.theme_code], None, rows))
        if place is not None:
            codes = {place.code, place.prefecture_code}
            rows = await place_activity.open_dialogues(codes, _SHOWN)
            groups.append(DialogueGroup("", place, rows))
        return {"programme": programme, "groups": [each for each in groups if each.rows]}

    return await public_page(request, "related/dialogues.html", load)


HANDLERS: list[ControllerRouterHandler] = [programmes_of_dialogue, dialogues_of_programme]
