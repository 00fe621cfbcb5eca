"""How a session stands at this moment, in words."""

from dataclasses import dataclass
from datetime import datetime

from enishi.kit import clock
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.programmes.schemas import ProgrammeView, SessionView
from enishi.programmes.tables import ProgrammeState, SessionState

_CANCELLED = gettext_lazy("中止")
_OVER = gettext_lazy("終了")
_RUNNING = gettext_lazy("開催中")
_DRAFT = gettext_lazy("公開前")
_CLOSED = gettext_lazy("申込の受付終了")
_EARLY = gettext_lazy("申込の受付前")
_FULL = gettext_lazy("満席")
_QUEUE = gettext_lazy("補欠を受付中")
_OPEN = gettext_lazy("申込を受付中")


@dataclass(frozen=True)
class Standing:
    """`kind` is a badge's; the two flags are what an office may still do."""

    text: LazyText
    kind: str
    has_begun: bool
    can_change: bool
    can_call_off: bool


def standing(programme: ProgrammeView, session: SessionView, now: datetime) -> Standing:
    text, kind = _words(programme, session, now)
    is_planned = session.state is SessionState.PLANNED
    return Standing(
        text=text,
        kind=kind,
        has_begun=session.starts_at <= now,
        can_change=is_planned and session.starts_at > now,
        can_call_off=is_planned and session.ends_at > now,
    )


def _words(programme: ProgrammeView, session: SessionView, now: datetime) -> tuple[LazyText, str]:
    if session.state is SessionState.CANCELLED:
        return _CANCELLED, "error"
    if session.starts_at <= now:
        return (_RUNNING, "info") if now < session.ends_at else (_OVER, "neutral")
    if programme.state is ProgrammeState.PUBLISHED and clock.is_open(
        session.opens_at, session.closes_at, now
    ):
        if session.free:
            return _OPEN, "success"
        return (_QUEUE if session.waiting < session.waiting_limit else _FULL), "warning"
    if programme.state is ProgrammeState.DRAFT:
        return _DRAFT, "neutral"
    return (_EARLY if now < session.opens_at else _CLOSED), "neutral"
