"""The fields that are still needed before a programme can be published, by part."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.programmes.listings import policies
from enishi.programmes.listings.labels import PART_TITLES
from enishi.programmes.listings.listing_forms import FORMS, SESSIONS, Part
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.office.sample_parties import SampleParty, sample_parties

HINTS: Mapping[str, LazyText] = {
    Part.BASIC: gettext_lazy("題名、紹介文、場所、受入れ先"),
    Part.STORY: gettext_lazy("受け入れる人のことば、時間割、集合場所の地図"),
    Part.CONDITIONS: gettext_lazy("年齢、子どもの参加、持ち物"),
    Part.MONEY: gettext_lazy("参加費、謝礼、宿泊、交通費、キャンセル料"),
    Part.ACCESS: gettext_lazy("車いす、トイレ、手話など"),
    Part.CONTACT: gettext_lazy("電話番号、メールアドレス"),
    SESSIONS: gettext_lazy("開催日、集合場所、定員、申込の期間"),
}


@dataclass
class Task:
    """A part and its missing fields: (field name, why it is needed).

    `parties`: who may come by the conditions, once they are written.
    """

    part: str
    title: LazyText
    hint: LazyText
    missing: list[tuple[str, LazyText]] = field(default_factory=list)
    parties: list[SampleParty] = field(default_factory=list)


def tasks(programme: ProgrammeView, *, has_session: bool) -> list[Task]:
    found = {part: Task(part, title, HINTS[part]) for part, title in PART_TITLES.items()}
    for name, reason in policies.missing_for_publishing(programme, has_session=has_session).items():
        found[_part_of(name)].missing.append((name, reason))
    if programme.minors:
        found[Part.CONDITIONS].parties = sample_parties(programme)
    return list(found.values())


def _part_of(name: str) -> str:
    """The part that has a field such as `money.lodging`."""
    top = name.partition(".")[0]
    return next((part for part, form in FORMS.items() if top in form.model_fields), SESSIONS)
