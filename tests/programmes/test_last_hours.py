"""Shortly before a session free places are first come for all, those who wait included."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from tests.fixtures.accounts import Browser, SignIn, make_account, make_member
from tests.programmes.build import form
from tests.programmes.conftest import party, somebody
from tests.programmes.listed import make_date, make_programme

from enishi.kit import clock, db
from enishi.kit.errors import ConflictError
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.errors import FullError
from enishi.programmes.allocation.service import applications, sessions
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.applications.schemas import Applicant, ApplicationOutcome
from enishi.programmes.jobs import TellOfFreePlaces
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions import queries as session_queries
from enishi.programmes.sessions.schemas import SessionForm
from enishi_jobs import programmes


def at_tokyo(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant in March 2027, when no session of a test has begun yet."""
    return datetime(2027, 3, day, hour, minute, tzinfo=clock.TOKYO)


STARTS = at_tokyo(20, 9, 30)
# 24 hours before the start, less two hours that are all after 07:00.
FIRST_COME = at_tokyo(19, 7, 30)


async def session_at(starts_at: datetime = STARTS, **changes: object) -> uuid.UUID:
    """A session with one place that takes applications from now until it begins."""
    values = {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
        "closes_at": starts_at,
        "capacity": 1,
    } | changes
    return await make_date(await make_programme(), **values)


@contextmanager
def days_before(days: int = 3) -> Iterator[None]:
    with clock.frozen_at(STARTS - timedelta(days=days)):
        yield


async def state(person: Applicant, made: ApplicationOutcome) -> str:
    return (await application_queries.get_application(person.account_id, made.id)).state.value


async def one_booked_one_waits(
    session_id: uuid.UUID,
) -> tuple[tuple[Applicant, ApplicationOutcome], tuple[Applicant, ApplicationOutcome]]:
    booked, waits = somebody(), somebody()
    with days_before():
        return (
            (booked, await applications.apply(booked, session_id, party())),
            (waits, await applications.apply(waits, session_id, party())),
        )


async def test_a_place_freed_in_the_last_hours_goes_to_whoever_comes_first() -> None:
    session_id = await session_at()
    (booked, made), (waits, waiting) = await one_booked_one_waits(session_id)
    with clock.frozen_at(STARTS - timedelta(hours=20)):
        await applications.cancel(booked.account_id, made.id)
        session = await session_queries.get_session(session_id)
        assert (session.free, session.waiting) == (1, 1)
        assert await state(waits, waiting) == "waiting"
        newcomer = await applications.apply(somebody(), session_id, party())
        assert newcomer.state == "confirmed"
        with pytest.raises(ConflictError):
            await applications.accept(waits.account_id, waiting.id)
    assert await allocation_queries.count_drift() == 0


async def test_who_waits_is_told_at_once_and_may_be_the_first() -> None:
    session_id = await session_at()
    (booked, made), (waits, waiting) = await one_booked_one_waits(session_id)
    with clock.frozen_at(STARTS - timedelta(hours=20)):
        await applications.cancel(booked.account_id, made.id)
        told = await db.fetch_value(
            "SELECT count(*) FROM kit_job WHERE name = $1", TellOfFreePlaces.name
        )
        assert told == 1
        await applications.accept(waits.account_id, waiting.id)
        assert await state(waits, waiting) == "confirmed"
        late = await applications.apply(somebody(), session_id, party())
        assert late.state == "waiting"
    assert await allocation_queries.count_drift() == 0


async def test_more_places_in_the_last_hours_are_free_at_once() -> None:
    session_id = await session_at()
    await one_booked_one_waits(session_id)
    with clock.frozen_at(STARTS - timedelta(hours=20)):
        session = await session_queries.get_session(session_id)
        values = {name: getattr(session, name) for name in SessionForm.model_fields}
        actor = OfficeActor(account_id=uuid.uuid4(), organisation_id=session.organisation_id)
        await sessions.edit(actor, session_id, SessionForm.model_validate(values | {"capacity": 9}))
        assert (await session_queries.get_session(session_id)).free == 8
        assert (await applications.apply(somebody(), session_id, party(3))).state == "confirmed"


async def test_nobody_waits_for_a_place_that_is_not_blocked_any_more() -> None:
    """A large party at the head of the queue blocks those behind it, but not in the last hours."""
    session_id = await session_at(capacity=3)
    people = [somebody() for _ in range(3)]
    with days_before():
        await applications.apply(people[0], session_id, party(2))
        await applications.apply(people[1], session_id, party(3))
        behind = await applications.apply(people[2], session_id, party())
        assert behind.state == "waiting"
        with pytest.raises(ConflictError):  # not before the last hours: that would overtake
            await applications.accept(people[2].account_id, behind.id)
    with clock.frozen_at(FIRST_COME):
        await applications.accept(people[2].account_id, behind.id)
    assert await allocation_queries.count_drift() == 0


async def test_those_who_wait_are_told_when_the_last_hours_begin() -> None:
    """No act frees the place at that moment: it was free, and the queue held it back."""
    session_id = await session_at(capacity=2)
    with days_before():
        first = somebody()
        await applications.apply(first, session_id, party())
        account_id = await make_account(address="matsu@example.org")
        actor = Applicant(account_id=account_id, home_municipality="", age_band="")
        await applications.apply(actor, session_id, party(2))
        single = Applicant(account_id=await make_account(address="aki@example.org"))
        await applications.apply(single, session_id, party())
        await programmes.open_last_hours()
        assert await db.fetch("SELECT 1 FROM kit_job WHERE name = $1", TellOfFreePlaces.name) == []
    with clock.frozen_at(FIRST_COME):
        for _ in range(2):
            await programmes.open_last_hours()
        [job] = await db.fetch("SELECT payload FROM kit_job WHERE name = $1", TellOfFreePlaces.name)
        for _ in range(2):
            await programmes.tell_of_free_places(
                TellOfFreePlaces.model_validate(db.document(job["payload"]))
            )
    mails = await db.fetch(
        "SELECT recipient, subject, body FROM kit_mail WHERE kind = $1", "programmes.free_places"
    )
    # The party of two does not fit into the one place: a mail would send it in vain.
    assert [mail["recipient"] for mail in mails] == ["aki@example.org"]
    assert "空きが出ました" in mails[0]["subject"]
    assert "先着順" in mails[0]["body"]


@pytest.mark.parametrize(("free", "said"), [(9, "（あと9席）"), (31, "（あと10席以上）")])
async def test_a_mail_tells_free_places_up_to_ten_as_the_page_does(free: int, said: str) -> None:
    session_id = await session_at(capacity=free)
    waits = Applicant(account_id=await make_account())
    with days_before():
        made = await applications.apply(waits, session_id, party())
    await db.fetch("UPDATE programmes_application SET state = 'waiting' WHERE id = $1", made.id)
    await db.fetch("UPDATE programmes_session SET taken = 0, waiting = 1 WHERE id = $1", session_id)
    with clock.frozen_at(FIRST_COME):
        news = TellOfFreePlaces(session_id=session_id, occasion=uuid.uuid4())
        await programmes.tell_of_free_places(news)
    [sent] = await db.fetch("SELECT body FROM kit_mail WHERE kind = 'programmes.free_places'")
    assert said in sent["body"]
    assert "31" not in sent["body"]


async def test_the_page_of_who_waits_has_the_button(browser_of: SignIn) -> None:
    session_id = await session_at()
    booked = somebody()
    account_id = await make_account()
    waits = Applicant(account_id=account_id)
    with days_before():
        made = await applications.apply(booked, session_id, party())
        waiting = await applications.apply(waits, session_id, party())
    with clock.frozen_at(STARTS - timedelta(hours=20)):
        browser = await browser_of(account_id)
        address = f"/ja/me/applications/{waiting.receipt}"
        assert f'action="{address}/accept"' not in (await browser.get(address)).text
        await applications.cancel(booked.account_id, made.id)
        page = await browser.get(address)
        assert f'action="{address}/accept"' in page.text
        assert "先着順" in page.text.replace("<wbr>", "")
        answer = await browser.post(f"{address}/accept", data=form())
        assert answer.status_code == 303
    assert await state(waits, waiting) == "confirmed"


async def test_a_full_session_still_takes_who_waits_for_a_free_place() -> None:
    session_id = await session_at(waiting_limit=1)
    await one_booked_one_waits(session_id)
    with clock.frozen_at(STARTS - timedelta(hours=20)), pytest.raises(FullError):
        await applications.apply(somebody(), session_id, party())


async def test_an_office_seats_somebody_who_waits(
    organisation: uuid.UUID, browser_of: SignIn
) -> None:
    programme = await make_programme(organisation_id=organisation)
    session_id = await make_date(programme, capacity=3)
    people = [somebody() for _ in range(3)]
    await applications.apply(people[0], session_id, party(2))
    large = await applications.apply(people[1], session_id, party(3))
    small = await applications.apply(people[2], session_id, party())
    editor = await browser_of(await make_member(organisation, "editor"))
    at = f"/ja/office/hida/programmes/sessions/{session_id}"
    page = (await editor.get(at)).text
    assert f"{at}/applications/{small.id}/seat" in page
    assert f"{at}/applications/{large.id}/seat" not in page  # it does not fit
    refused = await editor.post(f"{at}/applications/{large.id}/seat", data=form())
    assert refused.status_code == 409
    assert "席が足りません" in refused.text.replace("<wbr>", "")
    assert (await editor.post(f"{at}/applications/{small.id}/seat", data=form())).status_code == 303
    assert await state(people[2], small) == "confirmed"
    assert (await editor.post(f"{at}/applications/{small.id}/seat", data=form())).status_code == 409
    audited = "SELECT count(*) FROM audit_entry WHERE action = 'programmes.application.seated'"
    assert await db.fetch_value(audited) == 1
    assert await allocation_queries.count_drift() == 0


async def test_nobody_seats_in_a_session_of_another_office(
    organisation: uuid.UUID, browser_of: SignIn
) -> None:
    session_id = await session_at()
    _, (waits, waiting) = await one_booked_one_waits(session_id)
    editor: Browser = await browser_of(await make_member(organisation, "editor"))
    at = f"/ja/office/hida/programmes/sessions/{session_id}/applications/{waiting.id}/seat"
    assert (await editor.post(at, data=form())).status_code == 404
    assert await state(waits, waiting) == "waiting"


# Of an offer: what was freed when, and how long the answer may take.
OFFERS = [
    (STARTS - timedelta(days=5), (STARTS - timedelta(days=3))),
    # At night nobody reads mail: two hours after 07:00 fit before the cut-off at 09:30.
    (at_tokyo(19, 3, 59), at_tokyo(19, 9, 30)),
    (at_tokyo(18, 23, 0), at_tokyo(19, 9, 30)),
]


@pytest.mark.parametrize(("freed_at", "until"), OFFERS)
async def test_an_offer_lasts_two_hours_in_which_people_are_awake(
    freed_at: datetime, until: datetime
) -> None:
    session_id = await session_at()
    with clock.frozen_at(freed_at - timedelta(days=1)):
        booked, waits = somebody(), somebody()
        made = await applications.apply(booked, session_id, party())
        waiting = await applications.apply(waits, session_id, party())
    with clock.frozen_at(freed_at):
        await applications.cancel(booked.account_id, made.id)
        view = await application_queries.get_application(waits.account_id, waiting.id)
        assert (view.state, view.offer_until) == ("offered", until)


async def test_no_offer_is_made_that_would_end_in_the_night() -> None:
    """Mailed at 03:59 and over at 04:02, an offer was lost to everybody who sleeps."""
    session_id = await session_at(at_tokyo(20, 4, 2))
    (booked, made), (waits, waiting) = await one_booked_one_waits(session_id)
    with clock.frozen_at(at_tokyo(19, 3, 59)):
        await applications.cancel(booked.account_id, made.id)
        assert await state(waits, waiting) == "waiting"
        await applications.accept(waits.account_id, waiting.id)
    assert await state(waits, waiting) == "confirmed"


async def test_a_short_offer_without_an_answer_costs_no_place_in_the_queue() -> None:
    session_id = await session_at(waiting_limit=1)
    (booked, made), (waits, waiting) = await one_booked_one_waits(session_id)
    with clock.frozen_at(STARTS - timedelta(hours=30)):
        await applications.cancel(booked.account_id, made.id)
        assert await state(waits, waiting) == "offered"
        behind = await applications.apply(somebody(), session_id, party())
        assert behind.state == "waiting"
    with clock.frozen_at(STARTS - timedelta(hours=24)):
        await applications.expire_offers(session_id)
        assert await state(waits, waiting) == "waiting"
        events = await application_queries.list_events(waiting.id)
        assert (events[-1].state, events[-1].actor_kind) == ("waiting", "clock")
        await applications.accept(waits.account_id, waiting.id)
    assert await state(waits, waiting) == "confirmed"
    assert await allocation_queries.count_drift() == 0


async def test_a_whole_offer_without_an_answer_ends_the_application() -> None:
    session_id = await session_at()
    (booked, made), (waits, waiting) = await one_booked_one_waits(session_id)
    with clock.frozen_at(STARTS - timedelta(hours=75)):
        await applications.cancel(booked.account_id, made.id)
    with clock.frozen_at(STARTS - timedelta(hours=27)):
        await applications.expire_offers(session_id)
    assert await state(waits, waiting) == "expired"
