"""The notice of a public comment as its page shows it: day, basis, period, ways to answer."""

from dataclasses import dataclass

from enishi.consultations import labels
from enishi.consultations.core import notice_period
from enishi.consultations.core.kinds import PhaseKind
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


_DAY = gettext_lazy("公示の日")
_BASIS = gettext_lazy("根拠となる法令など")
_PERIOD = gettext_lazy("意見を出せる期間")
_WHY_SHORT = gettext_lazy("期間を短くする理由（行政手続法第40条）")
_WHY_SHORT_HERE = gettext_lazy("期間を短くする理由")
_CHANNELS = gettext_lazy("意見の出し方")
_NAMES = gettext_lazy("名前の扱い")


def notice_rows(consultation: ConsultationView) -> list[NoticeRow]:
    """The rows of the notice, in order; empty for kinds that have none."""
    if not consultation.kind.is_public_comment:
        return []
    rows = [NoticeRow(_PERIOD, _period(consultation))]
    if consultation.notice_on:
        rows.insert(0, NoticeRow(_DAY, formatting.format_date(consultation.notice_on)))
    rules = consultation.comment_rules
    if basis := consultation.legal_basis or (rules.basis if rules else None):
        rows.append(_written(_BASIS, basis))
    if rules:
        channels = [str(labels.SUBMISSION_CHANNELS[each]) for each in rules.channels]
        rows.append(NoticeRow(_CHANNELS, gettext("、").join(channels)))
        rows.append(NoticeRow(_NAMES, str(labels.NAME_RULES[rules.name_rule])))
    if reason := consultation.short_period_reason:
        rows.append(_written(_WHY_SHORT if rules is None else _WHY_SHORT_HERE, reason))
    return rows


def _written(term: LazyText, text: LocalisedText) -> NoticeRow:
    return NoticeRow(term, str(text), text.language_of_text())


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
