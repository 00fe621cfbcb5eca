"""Fees and pay as text."""

from enishi.kit import formatting
from enishi.kit.i18n import gettext
from enishi.programmes.listings.schemas import ProgrammeRow, ProgrammeView


def yen(amount: int) -> str:
    return gettext("%(amount)s円", amount=formatting.format_number(amount))


def cost(programme: ProgrammeRow | ProgrammeView) -> str:
    """The fee, and the hourly pay if there is one."""
    if not programme.pay_per_hour:
        return fee(programme)
    return gettext(
        "参加費：%(fee)s、賃金：1時間 %(pay)s", fee=fee(programme), pay=yen(programme.pay_per_hour)
    )


def fee(programme: ProgrammeRow | ProgrammeView) -> str:
    """The fee; the child's fee only if it differs from the adult's."""
    adult, child = programme.fee_adult, programme.fee_child
    if adult is None:
        return gettext("お問い合わせください")
    if child is None or child == adult:
        return gettext("無料") if adult == 0 else gettext("1人 %(fee)s", fee=yen(adult))
    return gettext(
        "大人 %(adult)s・子ども %(child)s", adult=yen_or_free(adult), child=yen_or_free(child)
    )


def yen_or_free(amount: int) -> str:
    return yen(amount) if amount else gettext("無料")


def party_total(programme: ProgrammeRow | ProgrammeView, adults: int, children: int) -> str:
    """What so many people pay together; empty while the fee is not set."""
    adult = programme.fee_adult
    if adult is None:
        return ""
    child = adult if programme.fee_child is None else programme.fee_child
    return yen_or_free(adult * adults + child * children)
