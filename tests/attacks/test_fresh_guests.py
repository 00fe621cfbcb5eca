"""A1: one network that mints a new guest with each request is slowed; a school class is not."""

from collections.abc import AsyncIterator

import httpx
import pytest
from tests.consultations.build import Dialogue, invalidate, make_dialogue, make_statement
from tests.fixtures.accounts import SignIn, make_member, make_organisation

from enishi.consultations.voting import writer
from enishi.kit import db

CLASS, CARDS, FRESH = 40, 32, 500


@pytest.fixture
async def dialogue(own_database: None) -> AsyncIterator[Dialogue]:
    invalidate()
    made = await make_dialogue(organisation_id=await make_organisation("hida"))
    async with writer.writing():
        yield made


def at(dialogue: Dialogue, statement: object) -> str:
    return f"/api/v1/dialogues/{dialogue.slug}/statements/{statement}/vote"


async def count_guests() -> int:
    [row] = await db.fetch("SELECT count(*) AS n FROM consultations_participant")
    return int(row["n"])


async def test_500_fresh_guests_of_one_network_do_not_vote_through(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    address = at(dialogue, await make_statement(dialogue))
    statuses = []
    for _ in range(FRESH):
        visitor.cookies.clear()
        answer = await visitor.put(address, json={"vote": 1})
        statuses.append(answer.status_code)
    assert 60 <= statuses.count(204) < 80  # 60, and what refills while the test runs
    assert set(statuses) == {204, 429}
    assert answer.headers["retry-after"]
    assert "回線" in answer.json()["detail"]
    assert await count_guests() == statuses.count(204)


async def test_a_class_behind_one_address_votes_through(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    cards = [at(dialogue, await make_statement(dialogue, f"{i}枚め")) for i in range(CARDS)]
    for _ in range(CLASS):
        visitor.cookies.clear()
        for address in cards:
            assert (await visitor.put(address, json={"vote": 1})).status_code == 204
    assert await count_guests() == CLASS


async def test_votes_of_guests_are_limited_by_network(
    visitor: httpx.AsyncClient, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    from enishi.consultations.participation import network_limits  # reads the settings
    from enishi.kit.token_buckets import TokenBuckets

    buckets = TokenBuckets(5, 0.001)
    monkeypatch.setattr(network_limits, "_votes", lambda: buckets)
    address = at(dialogue, await make_statement(dialogue))
    statuses = []
    for _ in range(3):  # three guests, two votes each: the second one on the fast path
        visitor.cookies.clear()
        answers = [await visitor.put(address, json={"vote": 1}) for _ in range(2)]
        statuses += [answer.status_code for answer in answers]
    assert statuses == [204] * 5 + [429]


async def test_texts_of_a_network_are_limited_and_what_was_typed_stays(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    page = f"/ja/dialogues/{dialogue.slug}/statements/new"
    statuses = []
    for number in range(70):
        visitor.cookies.clear()
        typed = f"{number}番めの新しい意見です"
        fields = {
            "text": typed,
            "anyway": "true",
            "submission": f"00000000-0000-4000-8000-{number:012}",
        }
        answer = await visitor.post(page, data=fields)
        statuses.append(answer.status_code)
    assert 60 <= statuses.count(303) < 70
    assert answer.status_code == 429
    assert typed in answer.text


async def test_an_office_lifts_the_limits_for_a_network(
    visitor: httpx.AsyncClient, browser_of: SignIn, dialogue: Dialogue
) -> None:
    address = at(dialogue, await make_statement(dialogue))

    async def fresh_vote() -> int:
        visitor.cookies.clear()
        return (await visitor.put(address, json={"vote": 1})).status_code

    while await fresh_vote() == 204:
        pass
    editor = await browser_of(await make_member(dialogue.organisation_id, "editor"))
    limits = f"/ja/office/hida/dialogues/{dialogue.slug}/limits"
    assert "127.0.0.1" in (await editor.get(limits)).text
    for wrong in ("", "学校", "999.1.1.1"):
        refused = await editor.post(limits, data={"address": wrong} | submission(1))
        assert refused.status_code == 422
    other = await editor.post(limits, data={"address": "198.51.100.7"} | submission(2))
    assert other.status_code == 303
    forget()
    assert await fresh_vote() == 429  # another network's were lifted
    lifted = await editor.post(limits, data={"address": "127.0.0.99"} | submission(3))
    assert lifted.status_code == 303
    assert [await fresh_vote() for _ in range(70)] == [204] * 70
    [entry] = await db.fetch(
        "SELECT count(*) AS n FROM audit_entry WHERE action = 'consultations.limits.lifted'"
    )
    assert entry["n"] == 2


def submission(number: int) -> dict[str, str]:
    return {"submission": f"00000000-0000-4000-8000-{number:012}"}


def forget() -> None:
    """Drop what this process remembers of lifted limits, as ten seconds do."""
    from enishi.consultations.participation import network_limits  # reads the settings

    network_limits._remembered.clear()
