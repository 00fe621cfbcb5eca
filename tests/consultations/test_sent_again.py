"""A text whose answer was lost on the way: sent again, it is there once, with its number."""

import asyncio
import re
import uuid

import httpx
import pytest
from tests.consultations.build import invalidate, make_dialogue
from tests.consultations.test_participation import ref_of
from tests.fixtures.accounts import SignIn, actor_of, make_account

from enishi.consultations.participation import service as participation
from enishi.kit import db

RECEIPT = r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}"


async def test_a_repeat_shows_the_receipt_number_again_to_the_same_browser_only(
    visitor: httpx.AsyncClient, browser_of: SignIn
) -> None:
    invalidate()
    at = f"/ja/dialogues/{(await make_dialogue()).slug}"
    await visitor.post(
        f"{at}/statements/new", data={"text": "夜も", "submission": str(uuid.uuid4())}
    )
    sent = {"text": "夜の便を", "submission": str(uuid.uuid4())}
    first = await visitor.post(f"{at}/opinions/new", data=sent)
    [receipt] = re.findall(RECEIPT, first.text)
    repeated = await visitor.post(f"{at}/opinions/new", data=sent)
    assert (repeated.status_code, re.findall(RECEIPT, repeated.text)) == (200, [receipt])
    outcomes = await db.fetch("SELECT outcome FROM kit_idempotency")
    assert len(outcomes) == 2
    assert receipt not in str(outcomes)
    assert (await visitor.post(f"{at}/opinions/new", data=sent | {"text": "朝"})).status_code == 422
    other = await browser_of(await make_account())
    theirs = await other.post(f"{at}/opinions/new", data=sent)
    assert receipt not in theirs.text


@pytest.mark.parametrize("kind", ["statements", "opinions"])
async def test_a_guest_who_never_got_the_answer_sends_again_and_is_one_guest_still(
    visitor: httpx.AsyncClient, kind: str
) -> None:
    """The cookie of a new guest was in the answer that was lost."""
    invalidate()
    at = f"/ja/dialogues/{(await make_dialogue()).slug}"
    sent = {"text": "夜の便を増やす", "submission": str(uuid.uuid4())}
    lost = await visitor.post(f"{at}/{kind}/new", data=sent)
    visitor.cookies.clear()
    again = await visitor.post(f"{at}/{kind}/new", data=sent)
    assert re.findall(RECEIPT, again.text) == re.findall(RECEIPT, lost.text)
    assert again.status_code == lost.status_code
    table = f"consultations_{kind.removesuffix('s')}"
    for each in (table, "consultations_participant"):
        assert await db.fetch_value(f"SELECT count(*) FROM {each}") == 1  # noqa: S608
    assert sent["text"] in (await visitor.get(f"{at}/mine")).text


async def test_a_form_of_a_guest_who_was_merged_begins_a_new_guest(
    visitor: httpx.AsyncClient,
) -> None:
    invalidate()
    dialogue = await make_dialogue()
    at = f"/ja/dialogues/{dialogue.slug}/opinions/new"
    sent = {"text": "夜の便を増やす", "submission": str(uuid.uuid4())}
    await visitor.post(at, data=sent)
    [guest] = await db.fetch("SELECT id FROM consultations_participant")
    actor = await actor_of(await make_account())
    await participation.claim(actor, await ref_of(dialogue), guest["id"])
    visitor.cookies.clear()
    await visitor.post(at, data=sent)
    people = await db.fetch(
        "SELECT channel FROM consultations_participant WHERE merged_into IS NULL ORDER BY channel"
    )
    assert [each["channel"] for each in people] == ["account", "guest"]


async def test_one_form_that_is_sent_by_two_requests_at_once_makes_one_guest(
    own_database: None, visitor: httpx.AsyncClient
) -> None:
    invalidate()
    at = f"/ja/dialogues/{(await make_dialogue()).slug}/opinions/new"
    sent = {"text": "夜の便を増やす", "submission": str(uuid.uuid4())}
    answers = await asyncio.gather(*(visitor.post(at, data=sent) for _ in range(3)))
    numbers = {number for each in answers for number in re.findall(RECEIPT, each.text)}
    assert len(numbers) == 1
    assert len(await db.fetch("SELECT 1 FROM consultations_participant")) == 1
