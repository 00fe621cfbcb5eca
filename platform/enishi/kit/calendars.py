"""iCalendar (RFC 5545): what people take into the calendar of their telephone.

Times are written in Japan's zone, which the calendar carries along: it has had no summer time
since 1951, so one rule says all of it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from enishi.kit import clock
from enishi.kit.i18n import current_language

MEDIA_TYPE = "text/calendar"  # Litestar adds the character set
_LONGEST_LINE = 75  # octets, without the line break
_SEQUENCE_BEGAN = 1_700_000_000  # a 32-bit number of seconds, which those since 1970 soon are not
_ESCAPED = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NOT_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f]")
_ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Tokyo",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0900",
    "TZNAME:JST",
    "END:STANDARD",
    "END:VTIMEZONE",
)

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]


@dataclass(frozen=True)
class CalendarEvent:
    """`uid` stays the same for ever: a calendar that is read again replaces what it had."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    status: Status = "CONFIRMED"


def calendar(name: str, events: Sequence[CalendarEvent]) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Enishi//Enishi//{current_language().upper()}",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        "X-WR-TIMEZONE:Asia/Tokyo",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        *_ZONE,
        *(line for event in events for line in _event(event)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _event(event: CalendarEvent) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{event.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"LAST-MODIFIED:{event.changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"SEQUENCE:{_sequence(event)}"
    yield f"DTSTART;TZID=Asia/Tokyo:{clock.in_tokyo(event.starts_at):%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID=Asia/Tokyo:{clock.in_tokyo(event.ends_at):%Y%m%dT%H%M%S}"
    yield f"SUMMARY:{_text(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    if event.location:
        yield f"LOCATION:{_text(event.location)}"
    if event.url:
        yield f"URL:{_NOT_IN_ADDRESS.sub('', event.url)}"
    yield f"STATUS:{event.status}"
    yield "END:VEVENT"


def _sequence(event: CalendarEvent) -> int:
    """Calendars take a change only if its number is higher than that of what they have."""
    changed = int(event.changed_at.timestamp()) - _SEQUENCE_BEGAN
    return max(0, changed) + (event.status == "CANCELLED")


def _text(text: str) -> str:
    """A TEXT value: no character of it can end the line or begin another property."""
    one_break = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_ESCAPED.get(each, each) for each in _CONTROL.sub("", one_break))


def _folded(line: str) -> bytes:
    """The line in pieces of at most 75 octets that cut no character in two."""
    pieces: list[bytes] = []
    piece = b""
    for character in line:
        encoded = character.encode()
        # Each piece but the first begins with the space that says it continues.
        if len(piece) + len(encoded) > _LONGEST_LINE - bool(pieces):
            pieces.append(piece)
            piece = b""
        piece += encoded
    pieces.append(piece)
    return b"\r\n ".join(pieces) + b"\r\n"
