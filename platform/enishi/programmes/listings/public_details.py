"""The details on the page of a programme, in groups. Empty details are left out."""

from collections.abc import Iterator
from dataclasses import dataclass

from enishi.kit.i18n import LazyText, gettext, gettext_lazy
from enishi.kit.localised import DraftText
from enishi.programmes.listings import money, policies
from enishi.programmes.listings.labels import (
    ACCESS,
    LODGING,
    MINORS,
    PAYMENT,
    PHYSICAL_LOAD,
    TRANSPORT,
)
from enishi.programmes.listings.schemas import ProgrammeView

_NOTHING = DraftText()


@dataclass(frozen=True)
class Detail:
    """A term and its text. `note` was written by the organiser, in one or more languages."""

    term: str
    text: str = ""
    note: DraftText = _NOTHING


@dataclass(frozen=True)
class DetailGroup:
    key: str
    title: LazyText
    details: tuple[Detail, ...]


def public_details(programme: ProgrammeView) -> list[DetailGroup]:
    made = (
        DetailGroup("conditions", gettext_lazy("参加の条件"), tuple(_conditions(programme))),
        DetailGroup("money", gettext_lazy("費用・宿泊・交通"), tuple(_money(programme))),
        DetailGroup("access", gettext_lazy("バリアフリー・配慮"), tuple(_access(programme))),
    )
    return [each for each in made if each.details]


def ages(programme: ProgrammeView) -> str:
    low, high = programme.age_min, programme.age_max
    if low is not None and high is not None:
        return gettext("%(low)s歳以上%(high)s歳以下", low=low, high=high)
    if low is not None:
        return gettext("%(low)s歳以上", low=low)
    if high is not None:
        return gettext("%(high)s歳まで", high=high)
    return gettext("制限はありません")


def who_may_come(programme: ProgrammeView) -> str:
    """The limits of age with the day on which they count, and whom they do not concern."""
    limits = ages(programme)
    if programme.age_min is None and programme.age_max is None:
        return limits
    if policies.admits_companions(programme):
        return gettext("%(ages)s（開催日の年齢。付き添いの大人は含みません）", ages=limits)
    return gettext("%(ages)s（開催日の年齢）", ages=limits)


def _conditions(programme: ProgrammeView) -> Iterator[Detail]:
    conditions = programme.conditions
    yield Detail(gettext("年齢"), who_may_come(programme))
    if programme.minors:
        yield Detail(
            gettext("子どもの参加"), str(MINORS[programme.minors]), conditions.companion_rule
        )
    load = PHYSICAL_LOAD.get(conditions.physical_load)
    yield from _known(gettext("体への負担"), str(load or ""))
    yield from _known(gettext("お住まいの条件"), note=conditions.residence_rule)
    yield from _known(gettext("使うことば"), note=conditions.languages)
    yield from _known(gettext("服装・持ち物"), note=conditions.what_to_bring)
    yield from _known(gettext("雨のとき"), note=conditions.rain_rule)


def _money(programme: ProgrammeView) -> Iterator[Detail]:
    terms = programme.money
    yield Detail(gettext("参加費"), money.fee(programme))
    yield from _known(gettext("参加費に含まれるもの"), note=terms.included)
    payment = str(PAYMENT.get(terms.payment, ""))
    yield from _known(gettext("支払い方法"), payment, terms.payment_note)
    if programme.pay_per_hour:
        hourly = gettext("1時間 %(pay)s", pay=money.yen(programme.pay_per_hour))
        yield Detail(gettext("受け取れる賃金"), hourly)
    yield from _known(gettext("宿泊"), str(LODGING.get(terms.lodging, "")), terms.lodging_note)
    yield from _known(gettext("食事"), note=terms.meals)
    yield from _known(
        gettext("交通"), str(TRANSPORT.get(terms.transport, "")), terms.transport_note
    )
    yield from _known(gettext("キャンセル料"), note=terms.cancellation)


def _access(programme: ProgrammeView) -> Iterator[Detail]:
    access = programme.access
    wheelchair = (
        gettext("車いすで参加できます")
        if programme.wheelchair
        else gettext("車いすでの参加は、事前にお問い合わせください")
    )
    yield Detail(gettext("車いす"), wheelchair, access.wheelchair_note)
    offered = [str(word) for name, word in ACCESS.items() if getattr(access, name)]
    yield from _known(gettext("用意のあるもの"), gettext("、").join(offered))
    yield from _known(gettext("そのほか"), note=access.note)


def _known(term: str, text: str = "", note: DraftText = _NOTHING) -> Iterator[Detail]:
    if text or str(note):
        yield Detail(term, text, note)
