"""Sessions as events of calendar files."""

from urllib.parse import urlsplit

from enishi.kit import links
from enishi.kit.calendars import CalendarEvent, Status
from enishi.kit.i18n import gettext
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.sessions import when_where
from enishi.programmes.sessions.schemas import SessionView
from enishi.programmes.sessions.tables import SessionState
from enishi.settings import get_settings


def session_event(
    programme: ProgrammeView,
    session: SessionView,
    status: Status = "CONFIRMED",
    revision: int = 0,
) -> CalendarEvent:
    """A session as an event. A cancelled session stays in the file, so that calendars remove it.

    `revision` counts what the reader of the file did with the session.
    """
    cancelled = session.state is SessionState.CANCELLED
    title = str(programme.title)
    if programme.is_sample:
        title = gettext("【見本】%(title)s", title=title)
    description = [str(programme.summary), session.cancelled_reason if cancelled else ""]
    if programme.contact.telephone:
        description.append(
            gettext("問い合わせ: %(telephone)s", telephone=programme.contact.telephone)
        )
    return CalendarEvent(
        uid=f"{session.id}@{urlsplit(get_settings().base_url).hostname}",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        changed_at=programme.changed_at,
        summary=title,
        description="\n\n".join(part for part in description if part),
        location=when_where.where(programme, session),
        url=links.absolute("programmes:show", slug=programme.slug),
        status="CANCELLED" if cancelled else status,
        revision=revision,
    )
