"""The notice of a public comment as its page shows it: day, basis, period, ways to answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from enishi.consultations import labels
from enishi.consultations.core import notice_period
from enishi.consultations.core.kinds import Kind, PhaseKind
from enishi.consultations.core.schemas import ConsultationView
from enishi.kit import clock, formatting
from enishi.kit.i18n import Language, LazyText, gettext, gettext_lazy, ngettext
from enishi.kit.localised import LocalisedText


@dataclass(frozen=True)
class NoticeRow:
    """A term and its text, which is the office's where `language` is set."""

    term: LazyText
    text: str
    language: Language | None = None


# Term -> its words, and those in plain Japanese (やさしい日本語).
_TERMS: Mapping[str, tuple[LazyText, LazyText]] = {
    "day": (gettext_lazy("公示の日"), gettext_lazy("案を知らせた日")),
    "period": (gettext_lazy("意見を出せる期間"), gettext_lazy("意見を出せる日")),
    "basis": (gettext_lazy("根拠となる法令など"), gettext_lazy("もとになる決まり")),
    "channels": (gettext_lazy("意見の出し方"), gettext_lazy("意見の出し方")),
    "names": (gettext_lazy("名前の扱い"), gettext_lazy("名前について")),
    "why_short_by_act": (
        gettext_lazy("期間を短くする理由（行政手続法第40条）"),
        gettext_lazy("意見を出せる日を短くするわけ"),
    ),
    "why_short": (
        gettext_lazy("期間を短くする理由"),
        gettext_lazy("意見を出せる日を短くするわけ"),
    ),
}


def notice_rows(consultation: ConsultationView, *, easy: bool = False) -> list[NoticeRow]:
    """The rows of the notice, in order; empty for kinds that have none."""
    if not consultation.kind.is_public_comment:
        return []
    rules = consultation.comment_rules
    found: list[tuple[str, str | LocalisedText | None]] = [
        ("day", formatting.format_date(consultation.notice_on) if consultation.notice_on else None),
        ("period", _period(consultation)),
        ("basis", consultation.basis),
    ]
    if rules:
        channels = [str(labels.SUBMISSION_CHANNELS[each]) for each in rules.channels]
        found.append(("channels", gettext("、").join(channels)))
        found.append(("names", str(labels.NAME_RULES[rules.name_rule])))
    is_by_act = consultation.kind is Kind.PUBLIC_COMMENT_ACT
    found.append(
        ("why_short_by_act" if is_by_act else "why_short", consultation.short_period_reason)
    )
    return [_row(term, text, easy=easy) for term, text in found if text is not None]


def _row(term: str, text: str | LocalisedText, *, easy: bool) -> NoticeRow:
    words = _TERMS[term][easy]
    if isinstance(text, str):
        return NoticeRow(words, text)
    return NoticeRow(words, text.text(easy=easy), text.language_of_text())


def _period(consultation: ConsultationView) -> str:
    """The days from the notice to the last day, both included."""
    last_day, notice_on = consultation.last_day, consultation.notice_on
    if last_day is None or notice_on is None:
        return gettext("まだ決まっていません")
    days = (last_day - notice_on).days + 1
    phase = consultation.phase(PhaseKind.OPEN)
    is_whole = phase is not None and phase.ends_at == clock.closes_after(last_day)
    day = formatting.format_date(last_day)
    length = ngettext(
        "%(until)sまで（公示の日から数えて%(num)d日間）",
        "%(until)sまで（公示の日から数えて%(num)d日間）",
        days,
        until=gettext("%(day)s 23時59分", day=day) if is_whole else day,
    )
    required = notice_period.required_days(consultation)
    if required is None or days >= required:
        return length
    return length + gettext("。決まりは%(days)s日以上です", days=required)
