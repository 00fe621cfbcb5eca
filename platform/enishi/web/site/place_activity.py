"""Activity in places: open dialogues of their authorities, and coming programmes.

Consultations, programmes and registrations import nothing of each other, so what they have of a
place is put together here, above all three.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from enishi.consultations.core import queries as consultations
from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.core.schemas import ConsultationView
from enishi.kit import clock
from enishi.organisations import queries as organisations
from enishi.organisations.schemas import OrganisationRef
from enishi.places import queries as places
from enishi.places.schemas import Place
from enishi.programmes.finding import queries as programmes
from enishi.programmes.listings import labels, money
from enishi.programmes.listings.filters import ProgrammeFilter
from enishi.programmes.listings.schemas import ProgrammeRow
from enishi.programmes.sessions import availability
from enishi.programmes.sessions.availability import Availability

SHOWN = 6  # on a place's own page
_MOST_DIALOGUES = 200


@dataclass(frozen=True)
class OpenDialogue:
    consultation: ConsultationView
    phase_summary: dict[str, Any]
    organisation: OrganisationRef


@dataclass(frozen=True)
class FirstDialogues:
    """The first few of the open dialogues; `more` says that there are others."""

    rows: Sequence[OpenDialogue]
    more: bool


@dataclass(frozen=True)
class ComingProgramme:
    programme: ProgrammeRow
    place: Place
    kind: str
    availability: Availability
    fee: str


async def open_dialogues(
    place_codes: Collection[str], size: int = _MOST_DIALOGUES
) -> list[OpenDialogue]:
    """The open dialogues of the authorities of these places, ordered by their end."""
    by_id = {each.id: each for each in await organisations.list_organisations_of(place_codes)}
    found = await consultations.list_open(list(by_id), clock.now(), size) if by_id else []
    return [OpenDialogue(each, phase_summary(each), by_id[each.organisation_id]) for each in found]


async def open_dialogues_about(theme: str, size: int) -> list[OpenDialogue]:
    """The open dialogues about a national theme, wherever; ordered by their end."""
    found = await consultations.list_open(None, clock.now(), size, theme)
    by_id = {
        each.organisation_id: await organisations.get_organisation(each.organisation_id)
        for each in found
    }
    return [OpenDialogue(each, phase_summary(each), by_id[each.organisation_id]) for each in found]


async def first_dialogues(place_codes: Collection[str]) -> FirstDialogues:
    """As `open_dialogues`, the first few."""
    found = await open_dialogues(place_codes, SHOWN + 1)
    return FirstDialogues(found[:SHOWN], len(found) > SHOWN)


async def coming_at(place: Place) -> list[ComingProgramme]:
    """The next programmes in a municipality or a prefecture."""
    wanted = ProgrammeFilter(
        prefecture=place.prefecture_code, municipality=place.code if place.is_municipality else ""
    )
    page = await programmes.list_public(wanted, size=SHOWN)
    return [shown(each) for each in page.rows]


async def coming_in(municipality_codes: Collection[str], each: int) -> list[ComingProgramme]:
    """The next programmes in several municipalities, at most `each` a municipality."""
    return [shown(row) for row in await programmes.list_coming(municipality_codes, each)]


def shown(row: ProgrammeRow) -> ComingProgramme:
    """A row of a list with the texts of the template places/_activity.html."""
    return ComingProgramme(
        row,
        places.get_place(row.municipality_code),
        str(labels.KINDS[row.kind]),
        availability.of_row(row),
        money.cost(row),
    )
