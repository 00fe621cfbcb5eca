"""The conditions of a programme on ages, children and guardians, and what attendance means."""

from collections.abc import Collection, Iterator

from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.programmes.applications.schemas import ApplicationForm, Mark, MemberForm
from enishi.programmes.applications.tables import ApplicationState, MemberKind
from enishi.programmes.listings.policies import OF_AGE, admits_companions, is_for_minors
from enishi.programmes.listings.schemas import ProgrammeView

_NO_MINORS = gettext_lazy("18歳未満の方は、この体験に参加できません。")
_CHILDS_AGE = gettext_lazy("子どもの年齢を入れてください。")
_NO_CHILD = gettext_lazy("開催日に18歳以上の方は、「大人」を選んでください。")
_NO_ADULT = gettext_lazy("開催日に18歳未満の方は、「子ども」を選んでください。")
_AGE_NEEDED = gettext_lazy("年齢の条件があるため、年齢を入れてください。")
_TOO_YOUNG = gettext_lazy("この体験に参加できるのは、開催日に%(age)s歳以上の方です。")
_TOO_OLD = gettext_lazy("この体験に参加できるのは、開催日に%(age)s歳までの方です。")
_TOO_OLD_OR_COMPANION = gettext_lazy(
    "この体験に参加できるのは、開催日に%(age)s歳までの方です。子どもに付き添うだけの方は、「付き添い」を選んでください。"
)
_ADULT_NEEDED = gettext_lazy("子どもだけでは参加できません。一緒に来る大人を一人加えてください。")
_CONSENT_NEEDED = gettext_lazy("18歳未満の方が参加するには、保護者の同意が必要です。")
_NO_COMPANIONS = gettext_lazy("この体験には付き添いの区分がありません。「大人」を選んでください。")
_NOBODY_TO_ACCOMPANY = gettext_lazy(
    "付き添いだけでは参加できません。参加する子どもを加えてください。"
)


def kinds(programme: ProgrammeView) -> list[MemberKind]:
    """The kinds of party members that a programme admits."""
    if programme.minors == "not_admitted":
        return [MemberKind.ADULT]
    found = [] if is_for_minors(programme) else [MemberKind.ADULT]
    found.append(MemberKind.CHILD)
    return [*found, MemberKind.COMPANION] if admits_companions(programme) else found


def asks_everybody_for_age(programme: ProgrammeView) -> bool:
    """Whether adults must give their age: only if it can decide whether they may take part."""
    if is_for_minors(programme):
        return False
    return programme.age_max is not None or (programme.age_min or 0) > OF_AGE


def party_problems(programme: ProgrammeView, form: ApplicationForm) -> dict[str, LazyText]:
    """Field of ApplicationForm -> why the party is refused. Empty means *admitted*.

    Ages are those on the day of the session. Companions do not take part: the limits of age do not
    concern them.
    """
    problems: dict[str, LazyText] = {}
    for number, member in enumerate(form.party):
        for field, message in _member_problems(programme, member):
            problems.setdefault(f"party.{number}.{field}", message)
    children = [each for each in form.party if each.kind is MemberKind.CHILD]
    companions = [each for each in form.party if each.kind is MemberKind.COMPANION]
    if not children:
        if companions:
            first = form.party.index(companions[0])
            problems.setdefault(f"party.{first}.kind", _NOBODY_TO_ACCOMPANY)
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
    is_companion = member.kind is MemberKind.COMPANION
    if is_child and programme.minors == "not_admitted":
        yield "kind", _NO_MINORS
    if is_companion and not admits_companions(programme):
        yield "kind", _NO_COMPANIONS
    if member.kind is MemberKind.ADULT and is_for_minors(programme):
        too_old = _TOO_OLD_OR_COMPANION if admits_companions(programme) else _TOO_OLD
        yield "kind", too_old.with_values(age=programme.age_max)
        return
    age = member.age
    if age is None:
        if is_child:
            yield "age", _CHILDS_AGE
        elif not is_companion and asks_everybody_for_age(programme):
            yield "age", _AGE_NEEDED
        return
    if is_child and age >= OF_AGE:
        yield "age", _NO_CHILD
    if not is_child and age < OF_AGE:
        yield "age", _NO_ADULT
    if not is_companion:
        yield from _limits(programme, age)


def _limits(programme: ProgrammeView, age: int) -> Iterator[tuple[str, LazyText]]:
    if programme.age_min is not None and age < programme.age_min:
        yield "age", _TOO_YOUNG.with_values(age=programme.age_min)
    if programme.age_max is not None and age > programme.age_max:
        is_adult = age >= OF_AGE and admits_companions(programme)
        too_old = _TOO_OLD_OR_COMPANION if is_adult else _TOO_OLD
        yield "age", too_old.with_values(age=programme.age_max)


ATTENDANCE_STATES = (
    ApplicationState.CONFIRMED,
    ApplicationState.ATTENDED,
    ApplicationState.ABSENT,
)
_MOST_NOT_MARKED = 10  # percent


def state_of(marks: Collection[Mark]) -> ApplicationState:
    """The state of a party after its persons: attended if anybody did, absent if all are."""
    if Mark.ATTENDED in marks:
        return ApplicationState.ATTENDED
    return ApplicationState.CONFIRMED if Mark.NONE in marks else ApplicationState.ABSENT


def attendance_rate(attended: int, absent: int, not_marked: int) -> int | None:
    """Percent of the marked persons who attended. None if too few of all are marked to say."""
    marked = attended + absent
    if not marked or not_marked * 100 > _MOST_NOT_MARKED * (marked + not_marked):
        return None
    return round(100 * attended / marked)
