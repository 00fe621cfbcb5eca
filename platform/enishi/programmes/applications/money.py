"""What a party pays, as text."""

from collections.abc import Sequence

from enishi.programmes.applications.schemas import MemberForm, MemberView
from enishi.programmes.applications.tables import MemberKind
from enishi.programmes.listings.money import yen_or_free
from enishi.programmes.listings.schemas import ProgrammeView


def total(programme: ProgrammeView, party: Sequence[MemberForm | MemberView]) -> str:
    """The fee of the whole party; empty while the fee is not set."""
    adult = programme.fee_adult
    if adult is None:
        return ""
    child = adult if programme.fee_child is None else programme.fee_child
    return yen_or_free(sum(child if member.kind is MemberKind.CHILD else adult for member in party))
