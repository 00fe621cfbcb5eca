"""What taking part costs, in words."""

from collections.abc import Sequence

from enishi.kit import formatting
from enishi.kit.i18n import gettext
from enishi.programmes.filters import ProgrammeRow
from enishi.programmes.schemas import MemberForm, MemberView, ProgrammeView
from enishi.programmes.tables import MemberKind


def yen(amount: int) -> str:
    return gettext("%(amount)s円", amount=formatting.format_number(amount))


def cost(programme: ProgrammeRow | ProgrammeView) -> str:
    """The fee in a line, with the pay where there is one."""
    if not programme.pay_per_hour:
        return fee(programme)
    return gettext(
        "参加費：%(fee)s、賃金：1時間 %(pay)s", fee=fee(programme), pay=yen(programme.pay_per_hour)
    )


def fee(programme: ProgrammeRow | ProgrammeView) -> str:
    """The fee in a line; a child's only where it differs from an adult's."""
    adult, child = programme.fee_adult, programme.fee_child
    if adult is None:
        return gettext("お問い合わせください")
    if child is None or child == adult:
        return gettext("無料") if adult == 0 else gettext("1人 %(fee)s", fee=yen(adult))
    return gettext("大人 %(adult)s・子ども %(child)s", adult=_or_free(adult), child=_or_free(child))


def total(programme: ProgrammeView, party: Sequence[MemberForm | MemberView]) -> str:
    """What the whole party pays, empty while the fee is not settled."""
    adult = programme.fee_adult
    if adult is None:
        return ""
    child = adult if programme.fee_child is None else programme.fee_child
    return _or_free(sum(child if member.kind is MemberKind.CHILD else adult for member in party))


def _or_free(amount: int) -> str:
    return yen(amount) if amount else gettext("無料")
