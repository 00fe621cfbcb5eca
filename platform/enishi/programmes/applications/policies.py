"""The conditions of a programme on ages, children and guardians."""

from collections.abc import Iterator

from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.programmes.applications.schemas import ApplicationForm, MemberForm
from enishi.programmes.applications.tables import MemberKind
from enishi.programmes.listings.schemas import ProgrammeView

OF_AGE = 18

_NO_MINORS = gettext_lazy("18歳未満の方は、この体験に参加できません。")
_CHILDS_AGE = gettext_lazy("子どもの年齢を入れてください。")
_NO_CHILD = gettext_lazy("18歳以上の方は、「大人」を選んでください。")
_NO_ADULT = gettext_lazy("18歳未満の方は、「子ども」を選んでください。")
_AGE_NEEDED = gettext_lazy("年齢の条件があるため、年齢を入れてください。")
_TOO_YOUNG = gettext_lazy("この体験に参加できるのは、%(age)s歳以上の方です。")
_TOO_OLD = gettext_lazy("この体験に参加できるのは、%(age)s歳までです。")
_ADULT_NEEDED = gettext_lazy("子どもだけでは参加できません。一緒に来る大人を一人加えてください。")
_CONSENT_NEEDED = gettext_lazy("18歳未満の方が参加するには、保護者の同意が必要です。")


def asks_everybody_for_age(programme: ProgrammeView) -> bool:
    """Whether adults must give their age: only if it can decide whether they may take part."""
    return programme.age_max is not None or (programme.age_min or 0) > OF_AGE


def party_problems(programme: ProgrammeView, form: ApplicationForm) -> dict[str, LazyText]:
    """Field of ApplicationForm -> why the party is refused. Empty means *admitted*."""
    problems: dict[str, LazyText] = {}
    for number, member in enumerate(form.party):
        for field, message in _member_problems(programme, member):
            problems.setdefault(f"party.{number}.{field}", message)
    children = [each for each in form.party if each.kind is MemberKind.CHILD]
    if not children:
        return problems
    if programme.minors == "accompanied" and len(children) == len(form.party):
        problems.setdefault("party.0.kind", _ADULT_NEEDED)
    if programme.minors == "with_consent" and not form.guardian_consent:
        problems["guardian_consent"] = _CONSENT_NEEDED
    return problems


def _member_problems(
    programme: ProgrammeView, member: MemberForm
) -> Iterator[tuple[str, LazyText]]:
    is_child = member.kind is MemberKind.CHILD
    if is_child and programme.minors == "not_admitted":
        yield "kind", _NO_MINORS
    age = member.age
    if age is None:
        if is_child:
            yield "age", _CHILDS_AGE
        elif asks_everybody_for_age(programme):
            yield "age", _AGE_NEEDED
        return
    if is_child and age >= OF_AGE:
        yield "age", _NO_CHILD
    if not is_child and age < OF_AGE:
        yield "age", _NO_ADULT
    if programme.age_min is not None and age < programme.age_min:
        yield "age", _TOO_YOUNG.with_values(age=programme.age_min)
    if programme.age_max is not None and age > programme.age_max:
        yield "age", _TOO_OLD.with_values(age=programme.age_max)
