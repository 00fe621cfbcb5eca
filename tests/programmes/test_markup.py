"""Input of organisers and applicants is escaped in pages, feeds, calendars, JSON-LD and mail."""

import json
import re
import uuid
from xml.etree import ElementTree as ET

import httpx
import icalendar
import pytest
from tests.fixtures.accounts import Browser, make_organisation
from tests.programmes.listed import Listed, make_date, make_programme, text
from tests.programmes.test_applying import ALONE, apply_at, form

from enishi.kit import db
from enishi.programmes.jobs import TellApplicant
from enishi_jobs import programmes

NASTY = """<script>alert(1)</script>"'&<img src=x onerror=alert(2)>{{7*7}}</script>;,\\n=1+1"""
LINES = f"{NASTY}\r\nEND:VEVENT\nBcc: x@example.jp"
SHORT = NASTY[:80]


def has_live_markup(page: str) -> bool:
    data = r'<script type="application/ld\+json">.*?</script>'
    pages = re.sub(r"<script (src|type=.module)[^>]*></script>", "", re.sub(data, "", page))
    return "<script" in pages or "<img src=x" in pages or "49</script>" in pages


def test_live_markup_is_noticed() -> None:
    assert has_live_markup(f"<p>{NASTY}</p>")
    assert has_live_markup(NASTY.replace("<script>alert(1)</script>", "").replace("</script>", ""))


@pytest.fixture
async def nasty(rollback: None) -> tuple[Listed, uuid.UUID]:
    """A programme whose texts hold markup, iCalendar properties and mail headers."""
    organisation_id = await make_organisation("nasty")
    await db.fetch(
        "UPDATE organisations_organisation SET name = jsonb_build_object('ja', $2::text)"
        " WHERE id = $1",
        organisation_id,
        NASTY,
    )
    long, short = text(LINES, LINES), text(SHORT, SHORT)
    texts = dict.fromkeys(("title", "summary", "body"), long)
    programme = await make_programme(
        organisation_id=organisation_id,
        host_name=NASTY,
        conditions={"companion_rule": long, "what_to_bring": long, "residence_rule": short},
        money={"included": long, "lodging_note": short, "cancellation": long},
        access={"wheelchair_note": short, "note": long},
        contact={"name": short, "telephone": SHORT, "mail": SHORT},
        **texts,
    )
    session_id = await make_date(programme, meeting_place=text(NASTY, NASTY))
    await make_date(programme, 40, state="cancelled", cancelled_reason=LINES)
    return programme, session_id


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_every_page_shows_it_as_text(
    signed_in: Browser, nasty: tuple[Listed, uuid.UUID], language: str
) -> None:
    programme, session_id = nasty
    typed = form(party__0__name=SHORT, party__0__needs=NASTY, note=NASTY, **ALONE)
    refused = await signed_in.post(apply_at(session_id), data=typed | {"party.0.age": NASTY})
    assert refused.status_code == 422
    made = await signed_in.post(apply_at(session_id), data=typed)
    receipt = made.headers["location"].partition("?")[0].replace("/ja/", f"/{language}/")
    paths = [f"/{language}/programmes", f"/{language}/programmes/{programme.slug}"]
    paths += [apply_at(session_id), receipt, f"{receipt}/leave", f"/{language}/me/applications"]
    pages = [await signed_in.get(path) for path in paths]
    for page in [refused, *pages]:
        assert "alert(" in page.text
        assert not has_live_markup(page.text), page.url


async def test_search_engines_feeds_and_calendars_read_it_as_text(
    visitor: httpx.AsyncClient, nasty: tuple[Listed, uuid.UUID]
) -> None:
    programme, session_id = nasty
    page = (await visitor.get(f"/ja/programmes/{programme.slug}")).text
    [document] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    event = json.loads(document)["@graph"][0]
    assert event["name"] == LINES
    assert event["organizer"]["name"] == NASTY

    space = "{http://www.w3.org/2005/Atom}"
    feed = ET.fromstring((await visitor.get("/ja/programmes/feed.xml")).content)  # noqa: S314 (our own)
    assert feed.findtext(f"{space}entry/{space}title") == LINES.replace("\r\n", "\n")
    assert feed.findtext(f"{space}entry/{space}author/{space}name") == NASTY

    answer = await visitor.get(f"/ja/programmes/sessions/{session_id}/calendar.ics")
    [entry] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(entry["SUMMARY"]) == LINES.replace("\r\n", "\n")
    assert str(entry["LOCATION"]).endswith(NASTY)
    assert "BCC" not in entry


async def test_the_mail_stays_one_subject_and_plain_text(
    signed_in: Browser, nasty: tuple[Listed, uuid.UUID]
) -> None:
    await signed_in.post(apply_at(nasty[1]), data=form(**ALONE))
    event_id = await db.fetch_value("SELECT id FROM programmes_application_event")
    await programmes.tell_applicant(TellApplicant(event_id=event_id))
    [mail] = await db.fetch("SELECT subject, body FROM kit_mail")
    assert "\n" not in mail["subject"]
    assert "<script>alert(1)</script>" in mail["subject"]
    assert "&lt;" not in mail["body"]
