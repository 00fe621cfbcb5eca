"""Tries the conditions of a programme on parties that often apply, for its office.

Conditions that contradict each other are hard to see in a form; a party that is refused shows them.
"""

from dataclasses import dataclass

from enishi.kit.i18n import gettext, gettext_lazy
from enishi.programmes.applications import policies
from enishi.programmes.applications.schemas import ApplicationForm, MemberForm
from enishi.programmes.applications.tables import MemberKind
from enishi.programmes.listings.policies import OF_AGE, is_for_minors
from enishi.programmes.listings.schemas import ProgrammeView

_ADULT, _PARTNER, _CHILD, _SIBLING = 34, 36, 8, 5  # years
_ASK_FIRST = gettext_lazy("車いすでの参加は、事前に問い合わせが必要です。")
_WITH_CONSENT = gettext_lazy("保護者の同意があれば、参加できます。")


@dataclass(frozen=True, kw_only=True)
class SampleParty:
    """`reason` says why the party may not come, or what it needs; empty if it may just come."""

    title: str
    admitted: bool
    reason: str


def sample_parties(programme: ProgrammeView) -> list[SampleParty]:
    """An adult, a child, both, a family of four, a person in a wheelchair. Ages fit if they can."""
    child = _fitting(programme, _CHILD, 0, OF_AGE - 1)
    sibling = MemberForm(kind=MemberKind.CHILD, name="-", age=_SIBLING)
    adult, partner = (_adult(programme, age) for age in (_ADULT, _PARTNER))
    alone = _fitting(programme, _ADULT, OF_AGE, 120)
    parties = [
        (gettext("大人1人（%(age)s歳）", age=alone.age), [alone]),
        (gettext("子ども1人（%(age)s歳）", age=child.age), [child]),
        (gettext("子ども（%(age)s歳）と大人", age=child.age), [child, adult]),
        (
            gettext(
                "家族4人（大人2人、%(older)s歳と%(younger)s歳）", older=child.age, younger=_SIBLING
            ),
            [adult, partner, child, sibling],
        ),
    ]
    tried = [_tried(programme, title, party) for title, party in parties]
    # The adult in a wheelchair; the child where only children take part.
    if tried[0].admitted:
        title = gettext("車いすの大人（%(age)s歳）", age=alone.age)
        return [*tried, _in_wheelchair(programme, title, [alone])]
    title = gettext("車いすの子ども（%(age)s歳）と大人", age=child.age)
    return [*tried, _in_wheelchair(programme, title, [child, adult])]


def _in_wheelchair(programme: ProgrammeView, title: str, party: list[MemberForm]) -> SampleParty:
    tried = _tried(programme, title, party)
    if tried.admitted and not programme.wheelchair:
        return SampleParty(title=title, admitted=False, reason=str(_ASK_FIRST))
    return tried


def _tried(programme: ProgrammeView, title: str, party: list[MemberForm]) -> SampleParty:
    problems = policies.party_problems(programme, ApplicationForm(party=party))
    needs_consent = problems.pop("guardian_consent", None) is not None
    if problems:
        return SampleParty(title=title, admitted=False, reason=str(next(iter(problems.values()))))
    return SampleParty(
        title=title, admitted=True, reason=str(_WITH_CONSENT) if needs_consent else ""
    )


def _fitting(programme: ProgrammeView, age: int, least: int, most: int) -> MemberForm:
    """A person of about this age, as near to the limits as a person of that kind can be."""
    low = max(least, programme.age_min or 0)
    high = min(most, most if programme.age_max is None else programme.age_max)
    kind = MemberKind.ADULT if least >= OF_AGE else MemberKind.CHILD
    return MemberForm(kind=kind, name="-", age=max(low, min(age, high)) if low <= high else age)


def _adult(programme: ProgrammeView, age: int) -> MemberForm:
    """An adult who comes with a child: takes part where adults can, else is a companion."""
    if not is_for_minors(programme):
        return _fitting(programme, age, OF_AGE, 120)
    return MemberForm(kind=MemberKind.COMPANION, name="-", age=age)
