"""A list with a limit is paged, or says that there is more: nothing is cut without a sign."""

import re

import httpx
import pytest
from tests.consultations.build import (
    invalidate,
    make_dialogue,
    make_participant,
    make_statement,
    put_vote,
)
from tests.fixtures.accounts import make_organisation
from tests.programmes.conftest import party, somebody
from tests.programmes.listed import make_date, make_programme

from enishi.consultations.voting import queries as statements
from enishi.kit import db
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.queries import own
from enishi.programmes.sessions import queries as sessions


async def test_all_votes_of_a_participant_are_on_some_page() -> None:
    dialogue = await make_dialogue()
    person = await make_participant(dialogue)
    made = [await make_statement(dialogue, f"カード{n}") for n in range(53)]
    for each in made:
        await put_vote(person, each, 1)
    first = await statements.list_voted(person)
    rest = await statements.list_voted(person, first.next_cursor)
    assert [each.id for each, _ in [*first.rows, *rest.rows]] == made
    assert rest.next_cursor is None


async def test_all_applications_of_a_person_are_on_some_page() -> None:
    person = somebody()
    for number in range(5):
        session_id = await make_date(await make_programme(), 30 + 3 * number)
        await applications.apply(person, session_id, party())
    found: list[str] = []
    page = await own.list_page_of_own(person.account_id, None, 2)
    while page.next_cursor is not None:
        found += [row.receipt for row in page.rows]
        page = await own.list_page_of_own(person.account_id, page.next_cursor, 2)
    found += [row.receipt for row in page.rows]
    everything = await own.list_own_applications(person.account_id)
    assert found == [row.receipt for row in everything]
    assert len(set(found)) == 5


async def test_a_programme_with_many_sessions_says_that_there_are_more(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = await make_programme()
    for day in (20, 30, 40):
        await make_date(programme, day)
    api = f"/api/v1/programmes/{programme.slug}"
    assert (await visitor.get(api)).json()["more_sessions"] is False
    monkeypatch.setattr(sessions, "MOST_SESSIONS", 2)
    answer = (await visitor.get(api)).json()
    assert (len(answer["sessions"]), answer["more_sessions"]) == (2, True)
    invalidate()
    page = (await visitor.get(f"/en/programmes/{programme.slug}")).text
    assert "The 2 sessions nearest to today are shown." in page


async def test_a_place_with_many_dialogues_says_that_there_are_more(
    visitor: httpx.AsyncClient,
) -> None:
    organisation = await make_organisation("hida")
    await db.fetch(
        "UPDATE organisations_organisation SET lg_code = '212172', kind = 'municipality'"
        " WHERE id = $1",
        organisation,
    )
    for number in range(7):
        await make_dialogue(slug=f"talk-{number}", organisation_id=organisation)
    page = (await visitor.get("/ja/places/municipalities/212172")).text
    assert len(re.findall("activity-list__item--madder", page)) == 6
    assert "ほかにもあります。" in page
