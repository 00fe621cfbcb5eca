"""What is still needed before a dialogue can be published, by part of its office page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from enishi.consultations.office.part_forms import FORMS, Part
from enishi.kit.i18n import LazyText, gettext_lazy

SEEDS = "seeds"
# In the order in which the pages lead through them: the address is proposed, and comes last.
TITLES: Mapping[str, LazyText] = {
    Part.TOPIC: gettext_lazy("話し合うこと"),
    Part.RULES: gettext_lazy("日程と参加のしかた"),
    SEEDS: gettext_lazy("最初の意見カード"),
    Part.CONTACT: gettext_lazy("問い合わせ先とアドレス"),
}
HINTS: Mapping[str, LazyText] = {
    Part.TOPIC: gettext_lazy("題名、課題、決めること、変えられること、テーマ"),
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


def tasks(missing: Mapping[str, LazyText]) -> list[Task]:
    """The parts in order. `missing` is field name -> message (`policies.missing_fields`)."""
    found = {part: Task(part, title, HINTS[part]) for part, title in TITLES.items()}
    for name, reason in missing.items():
        found[_part_of(name)].missing.append((name, reason))
    return list(found.values())


def _part_of(name: str) -> str:
    return next((part for part, form in FORMS.items() if name in form.model_fields), SEEDS)
