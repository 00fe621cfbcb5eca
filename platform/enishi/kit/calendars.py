"""iCalendar files (RFC 5545, RFC 7986) of events, for the calendars of people's devices.

The library icalendar escapes, folds and writes times. This module adds what it leaves to its
caller: a time zone that is built once, and texts and URLs without control characters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import icalendar

from enishi.kit import clock
from enishi.kit.i18n import current_language

MEDIA_TYPE = "text/calendar"  # Litestar adds the character set
_REFRESH_INTERVAL = timedelta(hours=6)
# SEQUENCE is a signed 32-bit number: seconds since 1970 overflow in 2038, those since 2023 later.
_SEQUENCE_BEGAN = 1_700_000_000
# Control characters that RFC 5545 forbids in TEXT. The library turns CR into a line break.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f]")

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]


@dataclass(frozen=True)
class CalendarEvent:
    """One event. Instants have a time zone; empty texts are left out.

    `uid` never changes: a calendar that reads the file again replaces the event of the same uid.
    `changed_at` and `revision` are the version of the event: a calendar takes a change only if its
    SEQUENCE is higher. Both only grow, and each change raises `revision` by one or `changed_at` by
    at least a second.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    status: Status = "CONFIRMED"
    revision: int = 0


def calendar(name: str, events: Sequence[CalendarEvent]) -> bytes:
    """The events as a UTF-8 file, with times in Japan's time zone."""
    made = icalendar.Calendar()
    made.add("version", "2.0")
    made.add("prodid", f"-//Enishi//Enishi//{current_language().upper()}")
    made.add("calscale", "GREGORIAN")
    # icalendar 7.3 knows no type for these properties, and would not escape a plain string.
    made.add("name", _text(name))
    made.add("x-wr-calname", _text(name))
    made.add("x-wr-timezone", clock.TOKYO.key)
    made.add("refresh-interval", _REFRESH_INTERVAL, {"VALUE": "DURATION"})
    made.add_component(_TIME_ZONE)
    for event in events:
        made.add_component(_component(event))
    document: bytes = made.to_ical(sorted=False)
    return document


def _component(event: CalendarEvent) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", _text(event.uid))
    made.add("dtstamp", event.changed_at)
    made.add("last-modified", event.changed_at)
    made.add("sequence", _sequence(event))
    made.add("dtstart", clock.in_tokyo(event.starts_at))
    made.add("dtend", clock.in_tokyo(event.ends_at))
    made.add("summary", _text(event.summary))
    if event.description:
        made.add("description", _text(event.description))
    if event.location:
        made.add("location", _text(event.location))
    if event.url:
        made.add("url", _NOT_IN_URL.sub("", event.url))
    made.add("status", event.status)
    return made


def _sequence(event: CalendarEvent) -> int:
    """The version number of an event, which rises with each change."""
    return max(0, int(event.changed_at.timestamp()) - _SEQUENCE_BEGAN) + event.revision


def _text(text: str) -> icalendar.vText:
    return icalendar.vText(_CONTROL.sub("", text))


def _time_zone() -> icalendar.Timezone:
    """Japan's time zone. It has had no summer time since 1951, so one rule is enough.

    By hand, because the library's own copy takes 12 ms and says that it ends in 2038.
    """
    offset = timedelta(hours=9)
    standard = icalendar.TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 (local time, as RFC 5545 asks)
    standard.add("tzoffsetfrom", offset)
    standard.add("tzoffsetto", offset)
    standard.add("tzname", "JST")
    made = icalendar.Timezone()
    made.add("tzid", clock.TOKYO.key)
    made.add_component(standard)
    return made


_TIME_ZONE = _time_zone()
