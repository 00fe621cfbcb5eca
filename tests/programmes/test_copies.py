"""Copies of a session: every week, fortnight or month, and on given days."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from tests.fixtures.accounts import Browser, SignIn, make_member
from tests.programmes.build import AT, form, published

from enishi.kit import clock, db


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


async def test_a_session_is_repeated_weekly_and_on_given_days_but_never_twice(
    editor: Browser,
) -> None:
    _, session_id = await published(editor)
    copy = f"{AT}/sessions/{session_id}/copy"
    first = clock.today() + timedelta(days=30)
    weekly = await editor.post(copy, data=form(how="weekly", weeks="3"))
    assert weekly.headers["location"].endswith("?done=added&n=3")
    # One of the two days already has a session at this time.
    days = [str(first + timedelta(weeks=1)), str(first + timedelta(days=3)), ""]
    given = await editor.post(copy, data=form(how="days", days=days))
    assert given.headers["location"].endswith("&n=1")
    rows = await db.fetch(
        "SELECT starts_at, closes_at, capacity FROM programmes_session ORDER BY starts_at"
    )
    assert [clock.in_tokyo(row["starts_at"]).date() - first for row in rows] == [
        timedelta(days=days) for days in (0, 3, 7, 14, 21)
    ]
    assert {row["starts_at"] - row["closes_at"] for row in rows} == {timedelta(hours=9.5)}

    again = await editor.post(copy, data=form(how="weekly", weeks="3"))
    assert again.status_code == 409
    for wrong in ({"how": "weekly", "weeks": ""}, {"how": "days", "days": "2020-01-01"}):
        answer = await editor.post(copy, data=form(**wrong))
        assert answer.status_code == 422
        assert "data-error-summary" in answer.text


@pytest.mark.parametrize(
    ("how", "first", "days"),
    [
        ("fortnightly", "2027-01-09", ["2027-01-23", "2027-02-06", "2027-02-20"]),
        ("monthly", "2027-01-09", ["2027-02-13", "2027-03-13", "2027-04-10"]),  # second Saturdays
        ("monthly", "2027-01-30", ["2027-05-29", "2027-07-31", "2027-10-30"]),  # fifth ones
    ],
)
async def test_a_session_is_repeated_by_fortnight_and_by_month(
    editor: Browser, how: str, first: str, days: list[str]
) -> None:
    with clock.frozen_at(datetime(2026, 12, 1, 12, tzinfo=clock.TOKYO)):
        ahead = (date.fromisoformat(first) - clock.today()).days
        _, session_id = await published(editor, days=ahead)
        copy = f"{AT}/sessions/{session_id}/copy"
        assert f'value="{how}"' in (await editor.get(copy)).text
        copied = await editor.post(copy, data=form(how=how, weeks="3"))
    assert copied.status_code == 303, copied.text
    rows = await db.fetch("SELECT starts_at FROM programmes_session ORDER BY starts_at")
    assert [str(clock.in_tokyo(row["starts_at"]).date()) for row in rows] == [first, *days]
