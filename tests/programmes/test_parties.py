"""A party is changed while seats last: one taken off, names changed, one added."""

import asyncio
import random
import uuid
from datetime import timedelta

import pytest
from tests.accounts.walks import forms_of
from tests.fixtures.accounts import Browser, SignIn, make_account, make_member
from tests.fixtures.programmes import MakeSession
from tests.programmes.build import family, form, published
from tests.programmes.conftest import party, somebody

from enishi.kit import clock, db
from enishi.kit.errors import EnishiError
from enishi.kit.seen import ChangedMeanwhileError
from enishi.programmes.allocation import queries as allocation_queries
from enishi.programmes.allocation.errors import (
    AddedWhileWaitingError,
    BegunError,
    NoPlacesToAddError,
)
from enishi.programmes.allocation.service import applications, parties
from enishi.programmes.applications.errors import OwnRowError
from enishi.programmes.applications.queries import office as office_queries
from enishi.programmes.applications.queries import own as own_queries
from enishi.programmes.applications.queries import parties as party_queries
from enishi.programmes.applications.schemas import (
    LARGEST_PARTY,
    Applicant,
    ApplicationOutcome,
    NumberedMember,
    PartyForm,
)
from enishi.programmes.applications.tables import MemberKind
from enishi.programmes.sessions import queries as session_queries


async def change(
    person: Applicant, made: ApplicationOutcome, *, off: int = 0, more: int = 0, seen: str = ""
) -> None:
    """Take off the last `off` persons of a party, and add `more` children."""
    own = await own_queries.get_own_application(person.account_id, made.receipt)
    members = await party_queries.list_members(made.id)
    kept = [
        NumberedMember(no=each.no, kind=each.kind, name=each.name, age=each.age)
        for each in members[: max(1, len(members) - off)]
    ]
    child = NumberedMember(kind=MemberKind.CHILD, name="新しい子", age=8)
    wanted = PartyForm(party=[*kept, *[child] * more][:LARGEST_PARTY])
    await parties.change(person.account_id, own, wanted, seen or party_queries.seen_of(members))


async def acts(application_id: uuid.UUID) -> dict[str, int]:
    rows = await db.fetch(
        """SELECT kind, count(*) AS n FROM programmes_person_act
        WHERE application_id = $1 GROUP BY kind""",
        application_id,
    )
    return {row["kind"]: row["n"] for row in rows}


async def test_who_is_taken_off_frees_a_place_for_the_queue(make_session: MakeSession) -> None:
    session_id = await make_session(capacity=3)
    person, next_one = somebody(), somebody()
    made = await applications.apply(person, session_id, party(3))
    waits = await applications.apply(next_one, session_id, party())
    await change(person, made, off=1)
    view = await own_queries.get_application(next_one.account_id, waits.id)
    assert view.state == "offered"
    assert (await session_queries.get_session(session_id)).taken == 3
    assert await allocation_queries.count_drift() == 0
    assert (await acts(made.id)) == {
        "application.made": 3,
        "application.confirmed": 3,
        "person.left": 1,
        "application.cancelled": 1,
        "place.given_back": 1,
    }
    # Who left is not told of again when the party cancels.
    await applications.cancel(person.account_id, made.id)
    now = await acts(made.id)
    assert (now["application.cancelled"], now["place.given_back"]) == (3, 3)


async def test_who_is_added_needs_a_place_that_nobody_waits_for(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=4)
    person = somebody()
    made = await applications.apply(person, session_id, party(2))
    await change(person, made, more=2)
    assert (await session_queries.get_session(session_id)).taken == 4
    assert (await acts(made.id)) == {"application.made": 4, "application.confirmed": 4}
    with pytest.raises(NoPlacesToAddError):
        await change(person, made, more=1)
    await change(person, made, off=1)  # one is free, but a party of two waits for it
    two = somebody()
    waits = await applications.apply(two, session_id, party(2))
    with pytest.raises(NoPlacesToAddError):
        await change(person, made, more=1)
    with pytest.raises(AddedWhileWaitingError):
        await change(two, waits, more=1)
    await change(two, waits, off=1)  # now it fits
    view = await own_queries.get_application(two.account_id, waits.id)
    assert (view.state, view.party_size) == ("offered", 1)
    assert await allocation_queries.count_drift() == 0


async def test_the_office_marks_those_who_are_left_and_in_their_order(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=9)
    person = somebody()
    made = await applications.apply(person, session_id, party(3))
    await change(person, made, off=1, more=2)
    await change(person, made, off=1)
    session = await session_queries.get_session(session_id)
    page = await office_queries.list_applicants(session.organisation_id, session_id)
    [row] = page.rows
    assert [each.name for each in row.party] == ["山田花子", "子0", "新しい子"]
    assert len(row.marks) == row.party_size == 3


async def test_neither_the_applicant_nor_a_stale_or_late_change(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=9)
    person = somebody()
    made = await applications.apply(person, session_id, party(2))
    own = await own_queries.get_own_application(person.account_id, made.receipt)
    members = await party_queries.list_members(made.id)
    other = NumberedMember(kind=MemberKind.ADULT, name="別の人", age=40)
    with pytest.raises(OwnRowError):
        seen = party_queries.seen_of(members)
        await parties.change(person.account_id, own, PartyForm(party=[other]), seen)
    with pytest.raises(ChangedMeanwhileError):
        await change(person, made, more=1, seen="0123456789abcdef")
    with clock.frozen_at(own.session.starts_at), pytest.raises(BegunError):
        await change(person, made, off=1)
    assert (await session_queries.get_session(session_id)).taken == 2


async def test_a_family_changes_its_party_on_the_page_of_its_receipt(
    organisation: uuid.UUID, browser_of: SignIn
) -> None:
    editor: Browser = await browser_of(await make_member(organisation, "editor"))
    _, session_id = await published(editor, capacity="3")
    account_id = await make_account()
    citizen = await browser_of(account_id)
    wanted = family(needs="卵アレルギー")
    made = await applications.apply(Applicant(account_id=account_id), session_id, wanted)
    at = f"/ja/me/applications/{made.receipt}"
    assert f'href="{at}/party"' in (await citizen.get(at)).text
    page = await citizen.get(f"{at}/party")
    fields = forms_of(page)[f"{at}/party"]
    assert fields["party.1.needs"] == "卵アレルギー"
    # A row more, without a word lost; then a child without an age.
    more = await citizen.post(f"{at}/party", data=fields | {"step": "add"})
    rows = forms_of(more)[f"{at}/party"] | {"party.2.kind": "child", "party.2.name": "山田はる"}
    refused = await citizen.post(f"{at}/party", data=rows)
    assert refused.status_code == 422
    assert "山田はる" in refused.text
    filled = rows | {"party.2.age": "4", "party.0.name": "山田華子", "telephone": "090-1234-5678"}
    for _ in range(2):  # the button is pressed twice
        answer = await citizen.post(f"{at}/party", data=filled)
        assert answer.headers["location"] == f"{at}?changed=1"
    shown = (await citizen.get(at)).text
    for said in ("山田華子", "山田はる", "卵アレルギー", "090-1234-5678", "参加する人を変えました"):
        assert said in shown, said
    # The page of another tab was opened before.
    assert (await citizen.post(f"{at}/party", data=form() | fields)).status_code in (409, 422)
    # No place is left for a fourth; one is taken off instead.
    page = await citizen.get(f"{at}/party")
    fields = forms_of(page)[f"{at}/party"]
    fewer = await citizen.post(f"{at}/party", data=fields | {"step": "remove-1"})
    answer = await citizen.post(f"{at}/party", data=forms_of(fewer)[f"{at}/party"])
    assert answer.status_code == 303, answer.text
    names = [each.name for each in await own_queries.list_party(made.id)]
    assert names == ["山田華子", "山田はる"]
    stranger = await browser_of(await make_account())
    assert (await stranger.get(f"{at}/party")).status_code == 404
    assert await allocation_queries.count_drift() == 0


@pytest.mark.usefixtures("own_database", "wide_pool")
async def test_chaos_of_changes_leaves_no_drift_and_no_dead_seat(
    make_session: MakeSession,
) -> None:
    session_id = await make_session(capacity=20)
    chance = random.Random(4)  # noqa: S311 (an order of acts, no secret)
    made: list[tuple[Applicant, ApplicationOutcome]] = []
    for _ in range(6):
        person = somebody()
        made.append((person, await applications.apply(person, session_id, party(2))))
    changed = 0

    async def act(number: int) -> None:
        nonlocal changed
        person, one = chance.choice(made)
        try:
            if number % 5 == 0:
                newcomer = somebody()
                wanted = party(1 + number % 3)
                made.append((newcomer, await applications.apply(newcomer, session_id, wanted)))
            elif number % 5 == 1:
                await applications.cancel(person.account_id, one.id)
            else:
                await change(person, one, off=number % 2, more=(number + 1) % 3)
                changed += 1
        except EnishiError:
            return  # refused, as many of them must be

    for start in range(0, 200, 40):
        await asyncio.gather(*(act(number) for number in range(start, start + 40)))
    session = await session_queries.get_session(session_id)
    assert changed > 10
    assert session.taken <= session.capacity
    assert await allocation_queries.count_drift() == 0
    sizes = await db.fetch_value(
        """SELECT count(*) FROM programmes_application a WHERE party_size <>
            (SELECT count(*) FROM programmes_party_member m WHERE m.application_id = a.id)"""
    )
    assert sizes == 0
    first = await db.fetch_value(
        """SELECT party_size FROM programmes_application
        WHERE session_id = $1 AND state = 'waiting' ORDER BY ticket LIMIT 1""",
        session_id,
    )
    assert first is None or first > session.capacity - session.taken
    later = clock.now() + timedelta(days=3)
    with clock.frozen_at(later):  # offers that nobody answers go on, without drift
        await applications.expire_offers(session_id)
    assert await allocation_queries.count_drift() == 0
