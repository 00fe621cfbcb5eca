"""What a party pays, on the page of a programme and before the form."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from litestar.params import QueryParameter

from enishi.kit.i18n import gettext
from enishi.programmes.applications import policies
from enishi.programmes.applications.schemas import LARGEST_PARTY
from enishi.programmes.applications.tables import MemberKind
from enishi.programmes.listings import money
from enishi.programmes.listings.labels import LODGING, PAYMENT, TRANSPORT
from enishi.programmes.listings.schemas import ProgrammeView

Adults = Annotated[int, QueryParameter(name="adults", ge=1, le=LARGEST_PARTY)]
ChildCount = Annotated[str, QueryParameter(name="child_count", pattern=r"^(\d{1,2})?$")]


@dataclass(frozen=True)
class Party:
    """How many come, as the reader says on a public page; nothing of it is stored."""

    adults: int
    child_count: int

    @classmethod
    def of(cls, adults: int, child_count: str) -> "Party":
        return cls(adults, min(int(child_count or 0), LARGEST_PARTY))

    @property
    def is_alone(self) -> bool:
        return (self.adults, self.child_count) == (1, 0)


ALONE = Party(1, 0)


def total_context(programme: ProgrammeView, party: Party) -> dict[str, Any]:
    """The values of the template programmes/_total.html, and the address's query for the form."""
    admits_children = MemberKind.CHILD in policies.kinds(programme)
    children = party.child_count if admits_children else 0
    query = {"adults": str(party.adults), "child_count": str(children) if children else ""}
    return {
        "party": party,
        "admits_children": admits_children,
        "largest_party": LARGEST_PARTY,
        "party_total": money.party_total(programme, party.adults, children),
        "party_query": {} if party.is_alone else {name: v for name, v in query.items() if v},
        "pays": list(_pays(programme)),
    }


def _pays(programme: ProgrammeView) -> Iterator[str]:
    """Who pays what, and how: what the total holds, and what comes on top of it."""
    terms = programme.money
    if terms.payment:
        yield str(PAYMENT[terms.payment])
    if str(terms.included):
        yield gettext("合計に含まれるもの：%(included)s", included=str(terms.included))
    if terms.lodging in ("own", "included"):
        yield str(LODGING[terms.lodging])
    if terms.transport:
        yield str(TRANSPORT[terms.transport])
