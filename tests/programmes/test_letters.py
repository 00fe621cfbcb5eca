"""Letters one can travel with: facts and calendars, and reminders, each exactly once."""

import random
import uuid
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
from tests.fixtures.accounts import Browser, SignIn, make_account, make_member
from tests.fixtures.programmes import MakeSession
from tests.programmes.build import family, published, write
from tests.programmes.conftest import party

from enishi.kit import clock, db, ids
from enishi.programmes.allocation.service import applications, postponing, sessions
from enishi.programmes.applications.schemas import Applicant, ApplicationOutcome
from enishi.programmes.applications.service import reminders as reminder_service
from enishi.programmes.jobs import RemindParties, TellApplicant
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.sessions import queries as session_queries
from enishi_jobs import programmes


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


async def work_off() -> None:
    """Carry out the enqueued jobs, each twice, as after a crash."""
    jobs = await db.fetch("DELETE FROM kit_job RETURNING id, name, payload")
    for job in sorted(jobs, key=lambda job: job["id"]):
        for _ in range(2):
            if job["name"] == TellApplicant.name:
                await programmes.tell_applicant(TellApplicant.model_validate_json(job["payload"]))
            if job["name"] == RemindParties.name:
                await programmes.remind_parties(RemindParties.model_validate_json(job["payload"]))


async def mails(kind: str) -> list[dict[str, Any]]:
    return await db.fetch(
        "SELECT recipient, subject, body, calendar FROM kit_mail WHERE kind = $1"
        " ORDER BY created_at, id",
        kind,
    )


async def apply(session_id: uuid.UUID, size: int = 1) -> tuple[uuid.UUID, ApplicationOutcome]:
    account_id = await make_account()
    return account_id, await applications.apply(
        Applicant(account_id=account_id), session_id, party(size)
    )


async def postpone(session_id: uuid.UUID) -> None:
    """By a fortnight."""
    session = await session_queries.get_session(session_id)
    actor = OfficeActor(account_id=ids.new_id(), organisation_id=session.organisation_id)
    starts_at, ends_at = (
        each + timedelta(days=14) for each in (session.starts_at, session.ends_at)
    )
    await postponing.postpone(actor, session_id, starts_at, ends_at, "雪")


def entry(mail: dict[str, Any]) -> Any:
    [found] = icalendar.Calendar.from_ical(mail["calendar"]).walk("VEVENT")
    return found


async def test_letters_carry_what_one_needs_and_the_calendar(editor: Browser) -> None:
    address, session_id = await published(editor, capacity="2")
    await write(
        editor,
        address,
        "money",
        fee_adult="3000",
        **{"money.cancellation.ja": "前日から参加費の半額"},
    )
    account_id = await make_account()
    other_id = await make_account()
    made = await applications.apply(Applicant(account_id=account_id), session_id, family())
    await applications.apply(Applicant(account_id=other_id), session_id, family())  # waits
    await work_off()
    first, second = await mails("programmes.news")
    day = clock.today() + timedelta(days=30)
    for said in (
        f"{day.year}年{day.month}月{day.day}日",
        "09:30–12:00",
        "公民館",
        "参加費（この組の合計）: 6,000円",
        "長ぐつ",
        "前日から参加費の半額",
        "0577-00-0000",
    ):
        assert said in first["body"], said
    assert not {"\u200b", "\u2060"} & set(first["body"])
    assert (entry(first)["STATUS"], entry(second)["STATUS"]) == ("CONFIRMED", "TENTATIVE")
    start = entry(first)["DTSTART"].dt
    assert (start.date(), start.hour, start.minute) == (day, 9, 30)
    assert start.utcoffset() == timedelta(hours=9)

    await applications.cancel(account_id, made.id)  # the place is offered to the second party
    await work_off()
    ended, offered = (await mails("programmes.news"))[2:]
    assert (entry(ended)["STATUS"], entry(offered)["STATUS"]) == ("CANCELLED", "TENTATIVE")
    assert "長ぐつ" not in ended["body"]
    assert entry(ended)["UID"] == entry(first)["UID"]
    assert int(entry(ended)["SEQUENCE"]) > int(entry(first)["SEQUENCE"])


async def rounds(start: datetime, hours: int, until: datetime) -> None:
    """The job at equal distances, and what it enqueues, as the worker carries it out."""
    now = start
    while now <= until:
        with clock.frozen_at(now):
            await programmes.remind()
            await work_off()
        now += timedelta(hours=hours)


async def reminders() -> dict[str, list[int]]:
    """Address -> the days of the reminders that were sent."""
    rows = await db.fetch(
        """SELECT m.recipient, r.days FROM kit_mail m
        JOIN programmes_reminder r ON m.subject_key LIKE r.id || ':%'
        WHERE m.kind = 'programmes.reminder' ORDER BY r.days DESC"""
    )
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row["recipient"], []).append(row["days"])
    return found


async def reminded_of_eight(make_session: MakeSession, hours: int, seed: int) -> list[list[int]]:
    """Eight sessions at any minute between the rounds: the reminders of each of 16 parties."""
    chance = random.Random(seed)  # noqa: S311 (minutes, no secret)
    now = clock.now()
    for number in range(8):
        session_id = await make_session(starts_in_days=15)
        # On a round, a moment beside one, or anywhere between two.
        away = [0, 1, 60 * hours - 1][number] if number < 3 else chance.randrange(60 * hours)
        await db.execute(
            """UPDATE programmes_session SET starts_at = starts_at + $2 * interval '1 minute',
            ends_at = ends_at + $2 * interval '1 minute' WHERE id = $1""",
            session_id,
            away,
        )
        await apply(session_id)
        await apply(session_id)
    await db.execute("DELETE FROM kit_job")
    await rounds(now, hours, now + timedelta(days=20))
    return list((await reminders()).values())


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("hours", [1, 24, 72])
async def test_each_reminder_is_sent_once_at_any_distance_of_the_rounds(
    make_session: MakeSession, hours: int, seed: int
) -> None:
    assert await reminded_of_eight(make_session, hours, seed) == [[7, 1]] * 16


async def test_without_expecting_the_next_round_some_come_too_late(
    make_session: MakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a day is shorter than the 72 hours between two rounds."""
    monkeypatch.setattr(reminder_service, "_LONGEST_GAP", timedelta())
    sent = await reminded_of_eight(make_session, 72, 1)
    assert [7] in sent
    assert all(each in ([7], [7, 1]) for each in sent)


async def test_a_round_that_comes_after_the_start_reminds_nobody(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(starts_in_days=2)
    await apply(session_id)
    await rounds(clock.now() + timedelta(days=2, hours=1), 1, clock.now() + timedelta(days=3))
    assert await reminders() == {}


async def test_only_parties_with_a_place_are_reminded(make_session: MakeSession) -> None:
    session_id = await make_session(starts_in_days=3, capacity=1)
    account_id, _ = await apply(session_id)
    await apply(session_id)  # waits
    called_off = await make_session(starts_in_days=3)
    await apply(called_off)
    session = await session_queries.get_session(called_off)
    actor = OfficeActor(account_id=ids.new_id(), organisation_id=session.organisation_id)
    await sessions.cancel(actor, called_off, "大雨")
    await work_off()
    await rounds(clock.now(), 1, clock.now())
    assert await reminders() == {f"{account_id.hex}@people.example": [7]}
    [mail] = await mails("programmes.reminder")
    assert "に開催します" in mail["subject"]
    assert entry(mail)["STATUS"] == "CONFIRMED"


async def test_after_a_postponement_the_new_time_is_reminded_of(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(starts_in_days=3)
    await apply(session_id)
    now = clock.now()
    await rounds(now, 1, now)
    await postpone(session_id)
    await rounds(now, 24, now + timedelta(days=18))
    assert list((await reminders()).values()) == [[7, 7, 1]]


async def test_a_reminder_that_waited_until_the_session_was_moved_says_nothing(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(starts_in_days=3)
    await apply(session_id)
    await db.execute("DELETE FROM kit_job")
    await programmes.remind()
    await postpone(session_id)
    await work_off()
    assert await reminders() == {}


async def test_old_rows_are_deleted(make_session: MakeSession) -> None:
    await make_session(starts_in_days=1)
    await programmes.remind()
    assert await db.fetch_value("SELECT count(*) FROM programmes_reminder") == 1
    with clock.frozen_at(clock.now() + timedelta(days=32)):
        await programmes.prune()
    assert await db.fetch_value("SELECT count(*) FROM programmes_reminder") == 0
