"""Sessions as entries of people's own calendars."""

from urllib.parse import urlsplit

from enishi.kit.calendars import CalendarEvent, Status
from enishi.kit.i18n import gettext
from enishi.places import queries as places
from enishi.programmes import addresses
from enishi.programmes.filters import ProgrammeRow
from enishi.programmes.schemas import ProgrammeView, SessionView
from enishi.programmes.tables import ProgrammeKind, SessionState
from enishi.settings import get_settings


def entry(
    programme: ProgrammeView, session: SessionView, status: Status = "CONFIRMED"
) -> CalendarEvent:
    """A session as an entry; a cancelled one stays, so that calendars learn of it."""
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
        location=where(programme, session),
        url=addresses.whole(addresses.page(programme.slug)),
        status="CANCELLED" if cancelled else status,
    )


def where(programme: ProgrammeView, session: SessionView) -> str:
    """The meeting place and its municipality, as one line."""
    meeting_place = str(session.meeting_place)
    return " ".join(part for part in (place_name(programme), meeting_place) if part)


def place_name(programme: ProgrammeRow | ProgrammeView) -> str:
    """The municipality, with what tells it from its namesakes; what is online is nowhere."""
    if programme.kind is ProgrammeKind.ONLINE:
        return gettext("オンライン")
    place = places.find_place(programme.municipality_code)
    return place.label if place else ""
