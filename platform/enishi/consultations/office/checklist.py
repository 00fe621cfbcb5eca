"""What is still needed before a dialogue can be published, by part of its office page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from enishi.consultations.core import acts
from enishi.consultations.core.acts import Act
from enishi.consultations.core.kinds import Kind
from enishi.consultations.office.part_forms import FORMS, Part
from enishi.kit.i18n import LazyText, gettext_lazy

SEEDS = "seeds"
# In the order in which the pages lead through them: the address is proposed, and comes last.
TITLES: Mapping[str, LazyText] = {
    Part.TOPIC: gettext_lazy("話し合うこと"),
    Part.NOTICE: gettext_lazy("公示"),
    Part.RULES: gettext_lazy("日程と参加のしかた"),
    SEEDS: gettext_lazy("最初の意見カード"),
    Part.CONTACT: gettext_lazy("問い合わせ先とアドレス"),
}
HINTS: Mapping[str, LazyText] = {
    Part.TOPIC: gettext_lazy("題名、課題、決めること、変えられること、テーマ"),
    Part.NOTICE: gettext_lazy("公示の日、根拠となる法令など、期間を短くする理由"),
    Part.RULES: gettext_lazy("開始日、終了日、参加できる方、投票の公開、確認のしかた"),
    SEEDS: gettext_lazy("はじめに投票してもらう短い文。10枚ほどあると始めやすくなります。"),
    Part.CONTACT: gettext_lazy("個人情報の管理者、問い合わせ先、ページのアドレス"),
}


@dataclass
class Task:
    """A part and what it lacks: (field name, why it is needed)."""

    part: str
    title: LazyText
    hint: LazyText
    missing: list[tuple[str, LazyText]] = field(default_factory=list)


def parts_of(kind: Kind) -> list[str]:
    """The parts of such a consultation, in order."""
    absent = {SEEDS} if not acts.has(kind, Act.ADD_SEEDS) else set()
    absent |= {Part.NOTICE} if not kind.is_public_comment else set()
    return [part for part in TITLES if part not in absent]


def tasks(kind: Kind, missing: Mapping[str, LazyText]) -> list[Task]:
    """The parts in order. `missing` is field name -> message (`policies.missing_fields`)."""
    found = {part: Task(part, TITLES[part], HINTS[part]) for part in parts_of(kind)}
    for name, reason in missing.items():
        found[_part_of(name)].missing.append((name, reason))
    return list(found.values())


def _part_of(name: str) -> str:
    if name == "comment_rules":  # of the office, and shown with the notice
        return Part.NOTICE
    return next((part for part, form in FORMS.items() if name in form.model_fields), SEEDS)
