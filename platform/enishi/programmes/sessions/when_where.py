"""Time and place of a session as text."""

from datetime import datetime
from typing import Protocol

from enishi.kit import clock, formatting
from enishi.kit.i18n import gettext
from enishi.places import queries as places
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.listings.tables import ProgrammeKind
from enishi.programmes.sessions.schemas import SessionView

_JOINED = "\u2060"  # word joiner: no line ends here
_MAY_END = "\u200b"  # zero-width space: a line may end here, where styles keep dates whole


class Located(Protocol):
    """A programme, or a list row with the kind and the municipality of one."""

    @property
    def kind(self) -> ProgrammeKind: ...

    @property
    def municipality_code(self) -> str: ...


def times(starts_at: datetime, ends_at: datetime) -> str:
    """Start and end, with one date if both are on the same day. Times do not break across lines."""
    begins, ends = clock.in_tokyo(starts_at), clock.in_tokyo(ends_at)
    if begins.date() == ends.date():
        hours = f"{begins:%H:%M}–{_JOINED}{ends:%H:%M}"
        return f"{formatting.format_date(begins)} {hours}"
    last_date = formatting.format_date(ends, year=begins.year != ends.year)
    return gettext(
        "%(first)sから%(last)sまで",
        first=f"{formatting.format_date(begins)} {begins:%H:%M}",
        last=f"{_MAY_END}{last_date} {ends:%H:%M}",
    )


def plain_times(starts_at: datetime, ends_at: datetime) -> str:
    """As `times`, without the characters that govern line breaks: for mails."""
    return times(starts_at, ends_at).replace(_JOINED, "").replace(_MAY_END, "")


def deadline(closes_at: datetime) -> str:
    """The last day, or day and time if the deadline is not midnight in Japan."""
    local = clock.in_tokyo(closes_at)
    if (local.hour, local.minute) == (0, 0):
        return formatting.format_date(clock.last_day(closes_at))
    return formatting.format_datetime(closes_at)


def where(programme: ProgrammeView, session: SessionView) -> str:
    """Municipality and meeting place, as one line."""
    meeting_place = str(session.meeting_place)
    return " ".join(part for part in (place_name(programme), meeting_place) if part)


def place_name(programme: Located) -> str:
    """The label of the municipality (unique among its namesakes), or that of online programmes."""
    if programme.kind is ProgrammeKind.ONLINE:
        return gettext("オンライン")
    place = places.find_place(programme.municipality_code)
    return place.label if place else ""
