"""A form is carried out once, or shown again with what was typed and what is wrong."""

import uuid
from typing import Any

import httpx
from tests.consultations.build import invalidate, make_dialogue
from tests.fixtures.accounts import SignIn, make_member, make_organisation


def statement(text: str) -> dict[str, Any]:
    return {"submission": str(uuid.uuid4()), "text": text, "anyway": "yes"}


async def test_who_has_to_wait_keeps_what_was_typed_and_is_told_how_long(
    visitor: httpx.AsyncClient,
) -> None:
    invalidate()
    dialogue = await make_dialogue()
    at = f"/ja/dialogues/{dialogue.slug}/statements/new"
    for number in range(20):
        answer = await visitor.post(at, data=statement(f"{number}番めの意見"))
        assert answer.status_code == 303, answer.text
    answer = await visitor.post(at, data=statement("まだ言いたいこと"))
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 1
    assert "まだ言いたいこと" in answer.text


async def test_a_repeat_leads_where_the_first_one_led_and_other_words_with_its_key_are_refused(
    browser_of: SignIn,
) -> None:
    organisation = await make_organisation("hida")
    owner = await browser_of(await make_member(organisation, "owner"))
    at = "/ja/office/hida/members/invite"
    sent = {"submission": str(uuid.uuid4()), "address": "taro@example.jp", "role": "editor"}
    first, again = [await owner.post(at, data=sent) for _ in range(2)]
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    other = await owner.post(at, data=sent | {"address": "jiro@example.jp"})
    assert other.status_code == 422
    assert "jiro@example.jp" in other.text
