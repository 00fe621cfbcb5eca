"""My places: what goes on where somebody registered, and what they did there."""

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
class MyPlace:
    tie: RegistrationView
    place: Place
    dialogues: Sequence[OpenDialogue]
    programmes: Sequence[ComingProgramme]


@get("/my/places", name="relations:mine", access=SIGNED_IN)
async def mine(request: AnyRequest, actor: CurrentActor) -> Template:
    ties = await queries.list_registrations(actor.id)
    prefectures = list(dict.fromkeys(tie.prefecture_code for tie in ties))
    dialogues: dict[str | None, list[OpenDialogue]] = defaultdict(list)
    programmes: dict[str, list[ComingProgramme]] = defaultdict(list)
    if ties:
        own = [tie.municipality_code for tie in ties]
        for found in await open_dialogues([*own, *prefectures]):
            dialogues[found.organisation.lg_code].append(found)
        for coming in await coming_in(own, _PROGRAMMES_EACH):
            programmes[coming.place.code].append(coming)
    context = {
        "places": [
            MyPlace(
                tie,
                places.get_place(tie.municipality_code),
                dialogues[tie.municipality_code],
                programmes[tie.municipality_code],
            )
            for tie in ties
        ],
        "prefectures": [
            (places.get_place(code), dialogues[code]) for code in prefectures if dialogues[code]
        ],
        "activities": [
            (each, places.get_place(each.municipality_code), _kind(each.programme_kind))
            for each in await queries.list_activities(actor.id)
        ],
        "ended": [
            (tie, places.get_place(tie.municipality_code))
            for tie in await queries.list_withdrawn(actor.id)
        ],
        "evidence": labels.EVIDENCE,
        "withdrawn": request.query_params.get("done") == "withdrawn",
    }
    return Template("relations/mine.html", context=context)


def _kind(code: str) -> str:
    return str(programme_labels.KINDS[ProgrammeKind(code)])


HANDLERS = [mine]
