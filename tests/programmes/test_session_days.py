"""Impossible days and times of a session are refused at their fields."""

import uuid
from datetime import timedelta

import pytest
from tests.fixtures.accounts import Browser, SignIn, make_member
from tests.programmes.build import draft, session_form

from enishi.kit import clock


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


@pytest.mark.parametrize("day", ["0001-01-01", "0008-04-01", "0026-11-29", "9999-12-31"])
@pytest.mark.parametrize("field", ["day", "ends_on", "opens_on", "last_day"])
async def test_a_day_of_another_age_is_refused(editor: Browser, field: str, day: str) -> None:
    address = await draft(editor)
    typed = session_form() | {field: day}
    answer = await editor.post(f"{address}/sessions/new", data=typed)
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text


async def test_a_session_at_midnight_opens_before_it_begins(editor: Browser) -> None:
    address = await draft(editor)
    day = str(clock.today() + timedelta(days=30))
    midnight = session_form(starts="00:00", opens_on=day, last_day=day)
    answer = await editor.post(f"{address}/sessions/new", data=midnight)
    assert answer.status_code == 422
    assert "申込の受付は、開始より前に始めてください。" in answer.text
    later = session_form(starts="00:01", opens_on=day, last_day=day)
    assert (await editor.post(f"{address}/sessions/new", data=later)).status_code == 303
