"""The pages for browsing and searching places.

They are here and not in `places`: a route declares its access by `accounts`, which lies above.
"""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from enishi.accounts.access import PUBLIC
from enishi.kit.http.public_pages import public_page
from enishi.kit.i18n import Language, current_language
from enishi.kit.schema import Schema
from enishi.places import population
from enishi.places import queries as places
from enishi.places.schemas import Place, PlaceKind, Region
from enishi.places.search import LONGEST_QUERY
from enishi.statistics.queries import registered_people
from enishi.web.site.place_activity import SHOWN, coming_at, open_dialogues

AnyRequest = Request[Any, Any, Any]

_CANDIDATES = 8
_RESULTS = 50
_KEPT = {"cache-control": "public, max-age=3600"}  # the places change only with a new version


class Candidate(Schema):
    code: str
    label: str
    reading: str


class Candidates(Schema):
    places: tuple[Candidate, ...]
    more: bool


@get("/places/search", name="places:search", access=PUBLIC, include_in_schema=False)
async def search(q: FromQuery[str] = "") -> Response[Candidates]:
    """Municipalities for the picker, by name, reading, romaji or postal code."""
    found = places.search(q[:LONGEST_QUERY], _CANDIDATES)
    former = {each.place.code: each for each in found.former}
    candidates = [
        Candidate(code=code, label=each.place.label, reading=each.note)
        for code, each in former.items()
    ]
    candidates += [
        Candidate(code=place.code, label=place.label, reading=place.reading)
        for place in found.places
        if place.code not in former
    ]
    return Response(Candidates(places=tuple(candidates), more=found.more), headers=_KEPT)


@get("/places", name="places:index", access=PUBLIC)
async def index(request: AnyRequest, q: FromQuery[str] = "") -> Response[bytes]:
    """Prefectures by region, and a search over all places."""
    query = q[:LONGEST_QUERY].strip()

    async def load() -> Mapping[str, Any]:
        prefectures = places.list_prefectures()
        found = places.search(query, _RESULTS, kinds=frozenset(PlaceKind)) if query else None
        shown = [*prefectures, *(found.places if found else ())]
        return {
            "query": query,
            "found": found,
            "regions": [
                (region, [each for each in prefectures if each.region is region])
                for region in Region
            ],
            "people": await population.list_populations([place.code for place in shown]),
        }

    return await public_page(request, "places/index.html", load)


@get("/places/prefectures/{code:str}", name="places:prefecture", access=PUBLIC)
async def prefecture(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """The municipalities of a prefecture and the wards of its cities, with their figures."""
    chosen = places.get_prefecture(code)

    async def load() -> Mapping[str, Any]:
        listed: list[Place] = []
        for place in places.list_municipalities(code):
            listed += [place, *places.list_wards(place.code)]
        people = await population.list_populations([code, *(place.code for place in listed)])
        figures = people.get(code)
        authorities = [code, *(place.code for place in listed if place.is_municipality)]
        return {
            "prefecture": chosen,
            "municipalities": len(authorities) - 1,
            "rows": [(place, _full_name(place), people.get(place.code)) for place in listed],
            "figures": figures,
            "registered": await registered_people.find_registered_people(),
            "dialogues": await open_dialogues(authorities, SHOWN),
            "programmes": await coming_at(chosen),
        }

    return await public_page(request, "places/prefecture.html", load)


@get("/places/municipalities/{code:str}", name="places:municipality", access=PUBLIC)
async def municipality(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """A municipality: how many people registered, its dialogues and programmes, its figures.

    The part for one person is a fragment of its own (`relations:own-registration`).
    """
    chosen = places.get_municipality(code)

    async def load() -> Mapping[str, Any]:
        return {
            "place": chosen,
            "prefecture": places.get_prefecture(chosen.prefecture_code),
            "wards": places.list_wards(code),
            "figures": await population.find_population(code),
            "registered": await registered_people.find_registered_people(),
            "dialogues": await open_dialogues([code, chosen.prefecture_code], SHOWN),
            "programmes": await coming_at(chosen),
        }

    return await public_page(request, "places/municipality.html", load)


def _full_name(place: Place) -> str:
    """The name on a page of its prefecture: a ward with its city."""
    if place.kind is not PlaceKind.WARD:
        return place.short_name
    city = places.get_place(place.parent_code or "").short_name
    if current_language() is Language.EN:
        return f"{place.short_name}, {city}"
    return city + place.short_name


HANDLERS = [search, index, prefecture, municipality]
