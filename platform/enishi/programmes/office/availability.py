"""The availability of a session for its office, and what the office may still do with it."""

from dataclasses import dataclass
from datetime import datetime

from enishi.kit.i18n import gettext
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.listings.tables import ProgrammeState
from enishi.programmes.sessions import availability as public
from enishi.programmes.sessions.schemas import SessionView
from enishi.programmes.sessions.tables import SessionState


@dataclass(frozen=True)
class OfficeAvailability:
    """`label` and `kind` are those of a badge."""

    label: str
    kind: str
    has_begun: bool
    can_change: bool
    can_call_off: bool


def of_session(programme: ProgrammeView, session: SessionView, now: datetime) -> OfficeAvailability:
    label, kind = _label(programme, session, now)
    is_planned = session.state is SessionState.PLANNED
    return OfficeAvailability(
        label=label,
        kind=kind,
        has_begun=session.starts_at <= now,
        can_change=is_planned and session.starts_at > now,
        can_call_off=is_planned and session.ends_at > now,
    )


def _label(programme: ProgrammeView, session: SessionView, now: datetime) -> tuple[str, str]:
    if session.state is SessionState.PLANNED:
        if session.starts_at <= now < session.ends_at:
            return gettext("開催中"), "info"
        if programme.state is ProgrammeState.DRAFT and now < session.starts_at:
            return gettext("公開前"), "neutral"
    shown = public.of_session(programme, session, now)
    return shown.label, shown.kind
