"""Calendar files and feeds are read by other programs as they were written."""

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.kit.calendars import CalendarEvent, calendar
from enishi.kit.feeds import Feed, FeedEntry, atom

START = datetime(2026, 12, 5, 0, 30, tzinfo=UTC)
ATOM = "{http://www.w3.org/2005/Atom}"
# What people write; a carriage return is written as the line break that it means.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\\;,:\"'"), max_size=200
)


def event(**changes: Any) -> CalendarEvent:
    values: dict[str, Any] = {
        "uid": "1@enishi.example",
        "starts_at": START,
        "ends_at": START + timedelta(hours=4),
        "changed_at": START - timedelta(days=9),
        "summary": "棚田の田植え",
    }
    return CalendarEvent(**values | changes)


def read(document: bytes) -> Any:
    [found] = icalendar.Calendar.from_ical(document).walk("VEVENT")
    return found


@given(summary=TEXTS, description=TEXTS)
def test_another_program_reads_what_was_written(summary: str, description: str) -> None:
    document = calendar(summary, [event(summary=summary, description=description)])

    found = read(document)
    assert str(found["SUMMARY"]) == summary
    assert str(found.get("DESCRIPTION", "")) == description
    lines = document.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() is not None for line in lines)  # no character is cut in two
    assert b"\n" not in document.replace(b"\r\n", b"")


def test_the_whole_document_line_by_line() -> None:
    """Read without the library that wrote it: what Google's and Apple's calendars are sent."""
    document = calendar("田植え, 稲刈り", [event(url="https://e.example/ja/x")]).decode()
    assert document.replace("\r\n ", "").split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Enishi//Enishi//JA",
        "CALSCALE:GREGORIAN",
        "NAME:田植え\\, 稲刈り",
        "X-WR-CALNAME:田植え\\, 稲刈り",
        "X-WR-TIMEZONE:Asia/Tokyo",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Tokyo",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0900",
        "TZOFFSETTO:+0900",
        "TZNAME:JST",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "UID:1@enishi.example",
        "DTSTAMP:20261126T003000Z",
        "LAST-MODIFIED:20261126T003000Z",
        "SEQUENCE:95653000",
        "DTSTART;TZID=Asia/Tokyo:20261205T093000",
        "DTEND;TZID=Asia/Tokyo:20261205T133000",
        "SUMMARY:棚田の田植え",
        "URL:https://e.example/ja/x",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_times_are_those_of_japan() -> None:
    found = read(calendar("棚田", [event()]))
    assert found.decoded("DTSTART") == START
    assert found.decoded("DTSTART").utcoffset() == timedelta(hours=9)
    assert found.decoded("DTEND") == START + timedelta(hours=4)
    assert found.decoded("DTSTAMP") == START - timedelta(days=9)


def test_a_later_revision_comes_after_the_one_it_replaces() -> None:
    planned, cancelled = (
        read(calendar("棚田", [event(status=status, revision=revision)]))
        for revision, status in enumerate(("CONFIRMED", "CANCELLED"))
    )
    assert planned["UID"] == cancelled["UID"]
    assert planned["SEQUENCE"] < cancelled["SEQUENCE"] < 2**31
    assert cancelled["STATUS"] == "CANCELLED"


@pytest.mark.parametrize("text", ["\r\nEND:VEVENT", "\nURL:javascript:1", "\x00\x08\x7f", "a\rb"])
def test_no_text_becomes_a_property(text: str) -> None:
    found = read(
        calendar(text, [event(summary=text, location=text, url=f"https://e.example/{text}")])
    )
    assert set(found) == set(read(calendar("x", [event(location="x", url="https://e.example/x")])))


@given(TEXTS)
def test_a_feed_says_every_text_and_is_well_formed(text: str) -> None:
    entry = FeedEntry("urn:x", text, "https://e.example/", START, text, text + "\x08\ufffe")
    made = Feed("urn:y", text, "https://e.example/", "https://e.example/feed.xml", START, [entry])
    root = ET.fromstring(atom(made))  # noqa: S314 (our own)
    speakable = text.replace("\ufffe", "").replace("\uffff", "")
    assert (root.findtext(f"{ATOM}title") or "") == speakable
    assert (root.findtext(f"{ATOM}entry/{ATOM}content") or "") == speakable
