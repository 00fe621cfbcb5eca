"""What an organisation has that can be counted."""

import uuid
from dataclasses import dataclass
from functools import partial

from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import ConsultationView
from enishi.kit.pagination import each_page
from enishi.organisations.schemas import OrganisationRef
from enishi.programmes.listings.queries import office as programmes
from enishi.statistics.office.schemas import SUBJECT_KINDS, Aspect
from enishi.statistics.queries import figures

_PAGE = 200


@dataclass(frozen=True)
class Holdings:
    """The published dialogues and programmes of an organisation, and the place it stands for.

    `place` is the code of a verified municipality, or the two digits of a verified prefecture, with
    which somebody registered; else empty. Titles are by subject: a kind and an id.
    """

    organisation_id: uuid.UUID
    place: str
    dialogues: dict[str, ConsultationView]
    titles: dict[str, str]

    def aspects(self, subject: str = "") -> list[Aspect]:
        """Those that it has; for a subject only the one of its kind."""
        kinds = {key.partition(" ")[0] for key in self.titles if subject in ("", key)}
        found = [aspect for aspect, kind in SUBJECT_KINDS.items() if kind in kinds]
        return [*found, Aspect.REGISTRATIONS] if self.place and not subject else found


async def list_holdings(organisation: OrganisationRef) -> Holdings:
    """The newest dialogues and programmes first. Drafts are left out: nobody acted in one."""
    dialogues = {
        f"consultation {each.id}": each
        async for rows in each_page(
            partial(consultations.list_for_office, organisation.id, size=_PAGE)
        )
        for each in rows
        if each.published_at
    }
    listed = {
        f"programme {each.id}": str(each.title)
        async for rows in each_page(
            partial(programmes.list_for_office, organisation.id, size=_PAGE)
        )
        for each in rows
        if each.state != "draft"
    }
    place = _place_of(organisation)
    return Holdings(
        organisation.id,
        place if place and await figures.has_registrations(place) else "",
        dialogues,
        {key: str(each.title) for key, each in dialogues.items()} | listed,
    )


def _place_of(organisation: OrganisationRef) -> str:
    """An organisation that nobody verified does not read the registrations of the place."""
    if not organisation.is_verified or organisation.lg_code is None:
        return ""
    return organisation.lg_code[:2] if organisation.kind == "prefecture" else organisation.lg_code
