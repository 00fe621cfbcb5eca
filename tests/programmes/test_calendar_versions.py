"""A calendar takes a change only if its number is higher: it rises with each, for one uid."""

import uuid
from typing import Any

import icalendar
from tests.fixtures.accounts import Browser, SignIn, make_account, make_member
from tests.programmes.build import published, write
from tests.programmes.conftest import party

from enishi.kit import clock
from enishi.programmes.allocation.service import applications, sessions
from enishi.programmes.applications.schemas import Applicant
from enishi.programmes.listings.schemas import OfficeActor


async def _entry(browser: Browser, address: str) -> Any:
    answer = await browser.get(address)
    assert answer.status_code == 200
    [entry] = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return entry


async def test_each_act_of_an_applicant_raises_the_number(
    organisation: uuid.UUID, browser_of: SignIn
) -> None:
    """Also within one second, as in a test."""
    editor = await browser_of(await make_member(organisation, "editor"))
    _, session_id = await published(editor, capacity="1")
    people = [Applicant(account_id=await make_account()) for _ in range(2)]
    browsers = [await browser_of(each.account_id) for each in people]
    seen: list[list[tuple[str, int]]] = [[], []]
    uids = set()
    # (Who, act, what the calendars of both then say.)
    first = await applications.apply(people[0], session_id, party())
    made = {0: first, 1: await applications.apply(people[1], session_id, party())}

    async def read() -> None:
        for number, browser in enumerate(browsers):
            entry = await _entry(
                browser, f"/ja/me/applications/{made[number].receipt}/calendar.ics"
            )
            uids.add(str(entry["UID"]))
            row = (str(entry["STATUS"]), int(entry["SEQUENCE"]))
            if row not in seen[number]:
                seen[number].append(row)

    with clock.frozen_at(clock.now()):
        await read()
        await applications.cancel(people[0].account_id, made[0].id)
        await read()
        await applications.accept(people[1].account_id, made[1].id)
        made[0] = await applications.apply(people[0], session_id, party())
        await read()
        await applications.cancel(people[1].account_id, made[1].id)
        await read()
        made[1] = await applications.apply(people[1], session_id, party())
        await read()
    for rows in seen:
        numbers = [number for _, number in rows]
        assert numbers == sorted(set(numbers)), rows
    assert [state for state, _ in seen[0]] == ["CONFIRMED", "CANCELLED", "TENTATIVE", "TENTATIVE"]
    assert [state for state, _ in seen[1]] == [
        "TENTATIVE",
        "TENTATIVE",
        "CONFIRMED",
        "CANCELLED",
        "TENTATIVE",
    ]
    assert len(uids) == 1


async def test_each_change_by_the_office_raises_the_number(
    organisation: uuid.UUID, browser_of: SignIn
) -> None:
    editor = await browser_of(await make_member(organisation, "editor"))
    address, session_id = await published(editor)
    calendar = f"/ja/programmes/sessions/{session_id}/calendar.ics"
    actor = OfficeActor(account_id=uuid.uuid4(), organisation_id=organisation)
    numbers = []
    with clock.frozen_at(clock.now()):
        numbers.append(int((await _entry(editor, calendar))["SEQUENCE"]))
        for telephone in ("0577-00-0001", "0577-00-0002"):
            await write(editor, address, "contact", **{"contact.telephone": telephone})
            numbers.append(int((await _entry(editor, calendar))["SEQUENCE"]))
        await sessions.cancel(actor, session_id, "大雨")
        entry = await _entry(editor, calendar)
    numbers.append(int(entry["SEQUENCE"]))
    assert numbers == sorted(set(numbers))
    assert str(entry["STATUS"]) == "CANCELLED"
