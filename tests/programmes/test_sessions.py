"""Changes of a session, and their effects on the waiting list, calendars and pages."""

import json
import re
import uuid
from datetime import timedelta

import icalendar
import pytest
from tests.fixtures.accounts import Browser, SignIn, make_account
from tests.fixtures.programmes import MakeSession
from tests.programmes.conftest import party, somebody
from tests.programmes.listed import invalidate

from enishi.kit import clock, db, ids
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.errors import FewerThanWaitingPartyError
from enishi.programmes.allocation.service import applications, sessions
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.pages import applying
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions.schemas import SessionForm


async def changed(session_id: uuid.UUID, **fields: object) -> None:
    """Save the session with some fields changed, as its office does."""
    session = await session_queries.get_session(session_id)
    kept = {name: getattr(session, name) for name in SessionForm.model_fields}
    actor = OfficeActor(account_id=ids.new_id(), organisation_id=session.organisation_id)
    await sessions.edit(actor, session_id, SessionForm.model_validate(kept | fields))


async def test_no_party_waits_for_more_places_than_there_are(make_session: MakeSession) -> None:
    """A party that never fits would block the first-in, first-out queue behind it."""
    session_id = await make_session(capacity=6)
    inside = somebody()
    made = await applications.apply(inside, session_id, party(3))
    await applications.apply(somebody(), session_id, party(5))

    with pytest.raises(FewerThanWaitingPartyError):
        await changed(session_id, capacity=4)
    await changed(session_id, capacity=5)
    await applications.cancel(inside.account_id, made.id)
    assert (await session_queries.get_session(session_id)).taken == 5
    assert await allocation_queries.count_drift() == 0


async def test_calendars_take_what_was_changed_of_a_session(
    make_session: MakeSession, browser_of: SignIn
) -> None:
    """A subscribed calendar replaces an event only by one with a higher SEQUENCE."""
    session_id = await make_session()
    browser: Browser = await browser_of(await make_account())

    async def sequence() -> int:
        invalidate()
        answer = await browser.get(f"/ja/programmes/sessions/{session_id}/calendar.ics")
        [entry] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        return int(entry["SEQUENCE"])

    before = await sequence()
    with clock.frozen_at(clock.now() + timedelta(minutes=5)):
        later = (await session_queries.get_session(session_id)).ends_at + timedelta(hours=1)
        await changed(session_id, ends_at=later)
    assert await sequence() > before


async def test_who_is_a_moment_too_late_sees_how_it_stands_now(
    make_session: MakeSession, browser_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = await make_session(capacity=1, waiting_limit=0)
    browser: Browser = await browser_of(await make_account())
    apply = applications.apply

    async def after_somebody_else(*sent: object) -> object:
        await apply(somebody(), session_id, party())
        return await apply(*sent)  # type: ignore[arg-type]

    monkeypatch.setattr(applying.service, "apply", after_somebody_else)
    fields = {"submission": str(uuid.uuid4()), "party.0.kind": "adult", "party.0.name": "山田花子"}
    answer = await browser.post(f"/ja/programmes/sessions/{session_id}/apply", data=fields)
    assert answer.status_code == 409
    assert "あと1席" not in answer.text


async def test_a_session_that_opens_later_is_not_told_to_be_sold_out(
    make_session: MakeSession, browser_of: SignIn
) -> None:
    """offers.validFrom says when applications open, so the session is in stock before."""
    session_id = await make_session()
    browser: Browser = await browser_of(await make_account())
    slug = await db.fetch_value("UPDATE programmes_programme SET fee_adult = 500 RETURNING slug")

    async def availability(change: str) -> str:
        invalidate()
        await db.fetch(f"UPDATE programmes_session SET {change} WHERE id = $1", session_id)  # noqa: S608 (our own)
        page = (await browser.get(f"/ja/programmes/{slug}")).text
        [document] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        [event] = json.loads(document)["@graph"]
        return str(event["offers"]["availability"]).rpartition("/")[2]

    assert await availability("opens_at = starts_at - interval '9 days'") == "InStock"
    assert await availability("taken = capacity") == "SoldOut"
    assert await availability("taken = 0, opens_at = now() - interval '9 days'") == "InStock"
    assert await availability("closes_at = now() - interval '8 days'") == "SoldOut"


async def test_what_is_online_is_nowhere_in_the_list_of_applications_too(
    make_session: MakeSession, browser_of: SignIn
) -> None:
    session_id, account_id = await make_session(), await make_account()
    person = somebody().model_copy(update={"account_id": account_id})
    await applications.apply(person, session_id, party())
    browser: Browser = await browser_of(account_id)
    assert "飛騨市" in (await browser.get("/ja/me/applications")).text
    await db.fetch("UPDATE programmes_programme SET kind = 'online'")
    page = await browser.get("/ja/me/applications")
    assert "飛騨市" not in page.text
    assert "オンライン" in page.text


@pytest.mark.parametrize("step", ["remove-" + "9" * 5000, "remove-", "sideways"])
async def test_a_step_that_no_button_sends_changes_no_row(
    make_session: MakeSession, browser_of: SignIn, step: str
) -> None:
    session_id = await make_session()
    browser: Browser = await browser_of(await make_account())
    fields = {"step": step, "party.0.kind": "adult", "party.0.name": "山田花子", "party.1.name": ""}
    answer = await browser.post(f"/ja/programmes/sessions/{session_id}/apply", data=fields)
    assert answer.status_code == 200
    assert "山田花子" in answer.text
    assert await db.fetch_value("SELECT count(*) FROM programmes_application") == 0
