"""A guest who signs in is one person in the figures, and acts say what people were to the place."""

import pytest
from tests.consultations.build import make_dialogue, make_statement
from tests.fixtures.accounts import actor_of, make_account
from tests.statistics.dialogues import (
    account,
    collected,
    drift,
    keys,
    leave,
    open_dialogue,
    vote,
    write,
)

from enishi import wiring
from enishi.consultations.core import queries as consultations
from enishi.consultations.participation import service as participation
from enishi.kit import db
from enishi.kit.facts import Tie
from enishi.relations import service as relations
from enishi.relations.schemas import Reason, Registrant, RegistrationForm

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.mark.parametrize("erased", ["nobody", "before the merge is read", "after"])
@pytest.mark.parametrize("read_before", [False, True])
async def test_what_a_guest_did_is_the_accounts_whenever_it_is_read(
    *, read_before: bool, erased: str
) -> None:
    made = await open_dialogue()
    actor, dialogue, person = await account(made)
    guest = await participation.join_as_guest(dialogue)
    await vote(guest, await make_statement(made), 1, -1)
    await write(dialogue, guest)
    if read_before:
        await collected()
        assert await keys() == 2
    await participation.claim(actor, dialogue, guest)
    assert await drift() == 0  # the merge is not read yet, which is no drift
    if erased.startswith("before"):
        await leave(actor)
        assert await drift() == 0
    await collected()
    assert await keys() == 1
    if erased == "after":
        await leave(actor)
    await vote(person, await make_statement(made), 1)
    cut = {f["kind"] for f in await collected() if f["person_key"] is None}
    assert cut == (set() if erased == "nobody" else {"statement.written", "opinion.sent"})
    assert await keys() == 1
    assert await drift() == 0


@pytest.mark.parametrize(
    ("home", "registered", "tie"),
    [
        ("212172", False, Tie.RESIDENT),
        ("212172", True, Tie.RESIDENT),
        ("131016", True, Tie.TIED),
        ("131016", False, Tie.OUTSIDE),
        (None, True, Tie.TIED),
        (None, False, Tie.UNKNOWN),
    ],
)
async def test_each_act_says_what_the_person_was_to_the_place_on_joining(
    *, home: str | None, registered: bool, tie: Tie
) -> None:
    wiring.register_all()
    made = await open_dialogue()
    account_id = await make_account()
    await db.fetch(
        "UPDATE accounts_account SET home_municipality = $2 WHERE id = $1", account_id, home
    )
    registrant = Registrant(account_id=account_id, home_municipality=home or "")
    if registered:
        form = RegistrationForm(municipality="212172", reasons=[Reason.TRAVEL])
        registration = await relations.register(registrant, form)
    actor, dialogue = await actor_of(account_id), await consultations.find_by_slug(made.slug)
    assert dialogue is not None
    person = await participation.join(actor, dialogue)
    if registered:
        await relations.withdraw(registrant, registration)
    await vote(person, await make_statement(made), 1)
    await write(dialogue, person)
    done = [f for f in await collected() if f["subject_kind"] == "consultation"]
    assert len(done) == 4
    assert {fact["tie"] for fact in done} == {tie}
    first = await db.fetch_value("SELECT tie FROM statistics_person_first")
    assert first == tie
    assert await drift() == 0


async def test_a_dialogue_without_a_place_has_no_ties() -> None:
    wiring.register_all()
    made = await make_dialogue()
    await account(made)
    assert {fact["tie"] for fact in await collected()} == {Tie.UNKNOWN}
