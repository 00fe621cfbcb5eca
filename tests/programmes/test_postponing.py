"""Postponing a session: places are kept, each party is told and answers, calendars follow."""

import asyncio
import random
import uuid
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from tests.accounts.walks import forms_of
from tests.fixtures.accounts import Browser, SignIn, make_account, make_member
from tests.fixtures.programmes import MakeSession
from tests.programmes.build import AT, family, form, published
from tests.programmes.conftest import party, somebody
from tests.programmes.drawn import make_draw, while_open

from enishi.kit import clock, db, ids
from enishi.kit.errors import ConflictError, EnishiError
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.errors import AttendanceMarkedError, NotLaterError, PastError
from enishi.programmes.allocation.service import applications, postponing
from enishi.programmes.applications.queries import postponements
from enishi.programmes.applications.schemas import Applicant, ApplicationOutcome, Mark
from enishi.programmes.applications.service import attendance
from enishi.programmes.jobs import TellApplicant
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions import queries as session_queries
from enishi_jobs import programmes


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


async def postpone(session_id: uuid.UUID, days: float = 7, seen: str = "") -> int:
    session = await session_queries.get_session(session_id)
    actor = OfficeActor(account_id=ids.new_id(), organisation_id=session.organisation_id)
    by = timedelta(days=days)
    return await postponing.postpone(
        actor, session_id, session.starts_at + by, session.ends_at + by, "大雪のため", seen=seen
    )


async def states(session_id: uuid.UUID) -> list[tuple[str, int]]:
    rows = await db.fetch(
        """SELECT state, ticket FROM programmes_application
        WHERE session_id = $1 ORDER BY ticket""",
        session_id,
    )
    return [(row["state"], row["ticket"]) for row in rows]


async def test_places_and_positions_are_kept_and_the_deadline_moves(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=2)
    for _ in range(4):
        await applications.apply(somebody(), session_id, party())
    was, before = await states(session_id), await session_queries.get_session(session_id)
    acts = await db.fetch_value("SELECT count(*) FROM programmes_person_act")
    assert await postpone(session_id) == 4
    after = await session_queries.get_session(session_id)
    assert await states(session_id) == was
    assert (after.taken, after.waiting) == (2, 2)
    assert after.starts_at - before.starts_at == timedelta(days=7)
    assert after.closes_at - before.closes_at == timedelta(days=7)
    assert await allocation_queries.count_drift() == 0
    # Statistics count persons: nobody did anything.
    assert await db.fetch_value("SELECT count(*) FROM programmes_person_act") == acts


async def test_only_to_a_later_time_that_is_to_come_and_before_attendance(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(starts_in_days=2)
    made = await applications.apply(somebody(), session_id, party())
    session = await session_queries.get_session(session_id)
    for days in (0, -0.5):
        with pytest.raises(NotLaterError):
            await postpone(session_id, days)
    with clock.frozen_at(session.starts_at + timedelta(hours=1)):
        with pytest.raises(PastError):
            await postpone(session_id, 0.01)
        actor = OfficeActor(account_id=ids.new_id(), organisation_id=session.organisation_id)
        await attendance.mark(actor, made.id, Mark.ATTENDED)
        with pytest.raises(AttendanceMarkedError):
            await postpone(session_id)
        await attendance.mark(actor, made.id, Mark.NONE)
        await postpone(session_id)  # on the snowy morning, an hour after the start


async def test_an_open_offer_gets_time_for_the_new_date(make_session: MakeSession) -> None:
    session_id = await make_session(capacity=1)
    first, second = somebody(), somebody()
    made = await applications.apply(first, session_id, party())
    offered = await applications.apply(second, session_id, party())
    await applications.cancel(first.account_id, made.id)
    session = await session_queries.get_session(session_id)
    with clock.frozen_at(clock.now() + timedelta(hours=40)):
        await postpone(session_id)
    with clock.frozen_at(clock.now() + timedelta(hours=60)):  # 48 hours after the offer are over
        await applications.expire_offers(session_id)
        await applications.accept(second.account_id, offered.id)
    assert (await states(session_id))[1][0] == "confirmed"
    assert session.capacity == 1
    assert await allocation_queries.count_drift() == 0


async def test_free_places_go_to_the_queue_again_after_the_last_hours_were_undone(
    make_session: MakeSession,
) -> None:
    """In the last hours places are first come for all; after postponing the order counts again."""
    session_id = await make_session(capacity=1, starts_in_days=10)
    first, second = somebody(), somebody()
    made = await applications.apply(first, session_id, party())
    await applications.apply(second, session_id, party())
    session = await session_queries.get_session(session_id)
    with clock.frozen_at(session.first_come_from + timedelta(minutes=1)):
        await applications.cancel(first.account_id, made.id)
        assert (await states(session_id))[1][0] == "waiting"
        await postpone(session_id, 30)
        assert (await states(session_id))[1][0] == "offered"
    assert await allocation_queries.count_drift() == 0


async def _mails(kind: str = "programmes.news") -> list[dict[str, Any]]:
    for job in await db.fetch("SELECT payload FROM kit_job WHERE name = $1", TellApplicant.name):
        for _ in range(2):
            await programmes.tell_applicant(TellApplicant.model_validate_json(job["payload"]))
    return await db.fetch(
        "SELECT recipient, subject, body FROM kit_mail WHERE kind = $1 ORDER BY created_at, id",
        kind,
    )


async def _applied(session_id: uuid.UUID, name: str) -> tuple[uuid.UUID, ApplicationOutcome]:
    account_id = await make_account(address=f"{name}@people.example")
    made = await applications.apply(Applicant(account_id=account_id), session_id, family(name))
    return account_id, made


async def test_an_office_postpones_and_each_party_answers(
    editor: Browser, browser_of: SignIn
) -> None:
    _, session_id = await published(editor, capacity="4")
    people = [await _applied(session_id, name) for name in ("hanako", "taro", "jiro")]
    await _mails()
    await db.fetch("DELETE FROM kit_job")
    address = f"{AT}/sessions/{session_id}/postpone"
    page = await editor.get(address)
    assert "3組" in page.text
    fields = forms_of(page)[""] | {"reason.ja": "大雪のため"}
    early = fields | {"day": str(clock.today() + timedelta(days=1))}
    refused = await editor.post(address, data=early)
    assert refused.status_code == 409
    assert "いまの日時より後" in refused.text.replace("<wbr>", "")
    assert "大雪のため" in refused.text
    assert (await editor.post(address, data=fields)).status_code == 422
    day = clock.today() + timedelta(days=44)
    later = forms_of(refused)[""] | {"day": str(day)}
    for _ in range(2):  # the button is pressed twice
        answer = await editor.post(address, data=later)
        assert answer.headers["location"].endswith("?done=postponed&n=3")

    told = [each for each in await _mails() if "延期" in each["subject"]]
    assert [each["recipient"] for each in told] == [
        f"{name}@people.example" for name in ("hanako", "taro", "jiro")
    ]
    assert "大雪のため" in told[0]["body"]
    assert "延期の前の日時" in told[0]["body"]
    assert f"/ja/me/applications/{people[0][1].receipt}#moved" in told[0]["body"]

    first, second = [await browser_of(account_id) for account_id, _ in people[:2]]
    at = [f"/ja/me/applications/{made.receipt}" for _, made in people]
    stay = forms_of(await first.get(at[0]))[f"{at[0]}/stay"]
    for _ in range(2):
        assert (
            (await first.post(f"{at[0]}/stay", data=stay)).headers["location"].endswith("?stays=1")
        )
    assert f"{at[0]}/stay" not in (await first.get(at[0])).text
    assert (await first.post(f"{at[0]}/stay", data=form())).status_code == 409
    assert (await first.post(f"{at[1]}/stay", data=form())).status_code == 404
    await second.post(f"{at[1]}/leave", data=form())
    shown = (await editor.get(f"{AT}/sessions/{session_id}")).text.replace("<wbr>", "")
    assert "参加する 1組、席を返した 1組、返事待ち 1組。" in shown
    assert await allocation_queries.count_drift() == 0


async def test_a_form_that_was_opened_before_a_colleague_postponed_is_refused(
    editor: Browser,
) -> None:
    _, session_id = await published(editor)
    address = f"{AT}/sessions/{session_id}/postpone"
    day = str(clock.today() + timedelta(days=60))
    fields = forms_of(await editor.get(address))[""] | {"reason.ja": "雪", "day": day}
    await postpone(session_id)
    assert (await editor.post(address, data=fields)).status_code == 409


async def test_calendars_take_the_new_time(editor: Browser, browser_of: SignIn) -> None:
    _, session_id = await published(editor)
    account_id, made = await _applied(session_id, "hanako")
    citizen = await browser_of(account_id)
    address = f"/ja/me/applications/{made.receipt}/calendar.ics"
    entries: list[Any] = []
    with clock.frozen_at(clock.now()):
        for days in (0, 7, 14):
            if days:
                await postpone(session_id)
            answer = await citizen.get(address)
            entries += icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert len({str(each["UID"]) for each in entries}) == 1
    numbers = [int(each["SEQUENCE"]) for each in entries]
    assert numbers == sorted(set(numbers))
    starts = [each["DTSTART"].dt for each in entries]
    assert [each - starts[0] for each in starts] == [timedelta(days=days) for days in (0, 7, 14)]
    assert [(each.hour, each.minute) for each in starts] == [(9, 30)] * 3
    assert {str(each["STATUS"]) for each in entries} == {"CONFIRMED"}


async def test_a_party_in_a_draw_is_told_and_stays_in_it() -> None:
    session_id = await make_draw()
    with while_open():
        person = Applicant(account_id=await make_account())
        made = await applications.apply(person, session_id, party())
        assert await postpone(session_id) == 1
        assert await states(session_id) == [("in_draw", 1)]
        told = [each for each in await _mails() if "延期" in each["subject"]]
        assert "抽選の申込はそのままで" in told[0]["subject"]
        await postponing.stay(person.account_id, made.id, session_id)
    assert await allocation_queries.count_drift() == 0


async def test_a_second_postponement_asks_again(make_session: MakeSession) -> None:
    session_id, person = await make_session(), somebody()
    made = await applications.apply(person, session_id, party())
    for _ in range(2):
        await postpone(session_id)
        latest = await postponements.find_latest(session_id)
        assert latest is not None
        assert (await postponements.count_answers(latest.id)).silent == 1
        await postponing.stay(person.account_id, made.id, session_id)
        assert (await postponements.count_answers(latest.id)).stays == 1
        with pytest.raises(ConflictError):
            await postponing.stay(person.account_id, made.id, session_id)


@pytest.mark.usefixtures("own_database", "wide_pool")
async def test_chaos_of_apply_leave_stay_and_postpone_leaves_no_drift(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=20)
    chance = random.Random(18)  # noqa: S311 (an order of acts, no secret)
    made: list[tuple[uuid.UUID, uuid.UUID]] = []

    async def act(number: int) -> None:
        try:
            if number % 20 == 19:
                await postpone(session_id, 1)
            elif number % 3 == 0 or not made:
                person = somebody()
                applied = await applications.apply(person, session_id, party(1 + number % 4))
                made.append((person.account_id, applied.id))
            elif number % 3 == 1:
                await applications.cancel(*chance.choice(made))
            else:
                await postponing.stay(*chance.choice(made), session_id)
        except EnishiError:
            return  # refused, as many of them must be

    for start in range(0, 200, 40):
        await asyncio.gather(*(act(number) for number in range(start, start + 40)))
    session = await session_queries.get_session(session_id)
    assert await db.fetch_value("SELECT count(*) FROM programmes_postponement") >= 5
    assert session.taken <= session.capacity
    assert await allocation_queries.count_drift() == 0
    # No dead seat: whoever waits first does not fit into what is free.
    first = await db.fetch_value(
        """SELECT party_size FROM programmes_application
        WHERE session_id = $1 AND state = 'waiting' ORDER BY ticket LIMIT 1""",
        session_id,
    )
    assert first is None or first > session.capacity - session.taken
