"""A person's own places: what is open in the places registered with, and activities there."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, get
from litestar.response import Template

from enishi.accounts.access import SIGNED_IN, CurrentActor
from enishi.places import queries as places
from enishi.places.schemas import Place
from enishi.programmes.listings import labels as programme_labels
from enishi.programmes.listings.schemas import ProgrammeKind
from enishi.relations import labels, queries
from enishi.relations.schemas import RegistrationView
from enishi.web.site.place_activity import ComingProgramme, OpenDialogue, coming_in, open_dialogues

AnyRequest = Request[Any, Any, Any]

_PROGRAMMES_EACH = 3


@dataclass(frozen=True)
class RegisteredPlace:
    registration: RegistrationView
    place: Place
    dialogues: Sequence[OpenDialogue]
    programmes: Sequence[ComingProgramme]


@get("/my/places", name="relations:mine", access=SIGNED_IN)
async def mine(request: AnyRequest, actor: CurrentActor) -> Template:
    registrations = await queries.list_registrations(actor.id)
    prefectures = list(dict.fromkeys(each.prefecture_code for each in registrations))
    dialogues: dict[str | None, list[OpenDialogue]] = defaultdict(list)
    programmes: dict[str, list[ComingProgramme]] = defaultdict(list)
    if registrations:
        own = [each.municipality_code for each in registrations]
        for found in await open_dialogues([*own, *prefectures]):
            dialogues[found.organisation.lg_code].append(found)
        for coming in await coming_in(own, _PROGRAMMES_EACH):
            programmes[coming.place.code].append(coming)
    context = {
        "places": [
            RegisteredPlace(
                each,
                places.get_place(each.municipality_code),
                dialogues[each.municipality_code],
                programmes[each.municipality_code],
            )
            for each in registrations
        ],
        "prefectures": [
            (places.get_place(code), dialogues[code]) for code in prefectures if dialogues[code]
        ],
        "activities": [
            (each, places.get_place(each.municipality_code), _kind(each.programme_kind))
            for each in await queries.list_activities(actor.id)
        ],
        "withdrawn": [
            (each, places.get_place(each.municipality_code))
            for each in await queries.list_withdrawn(actor.id)
        ],
        "evidence": labels.EVIDENCE,
        "has_withdrawn": request.query_params.get("done") == "withdrawn",
    }
    return Template("relations/mine.html", context=context)


def _kind(code: str) -> str:
    return str(programme_labels.KINDS[ProgrammeKind(code)])


HANDLERS = [mine]
