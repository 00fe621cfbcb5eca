"""A5: the id of a person's text does not tell when it was written, and lists keep their order."""

import base64
import json
import uuid
from datetime import timedelta

import httpx
import pytest
from tests.consultations.build import Dialogue, invalidate, make_dialogue

from enishi.consultations.core.kinds import State
from enishi.consultations.moderation import queries as office
from enishi.consultations.opinions import queries as opinions
from enishi.kit import clock

TEXTS = (
    "夜のバスを増やしてほしい。",
    "図書館に机がたりません",
    "祭りの日だけ道を閉じる",
    "空き家を若い人に貸そう",
    "川べりに花を植えたい",
)
MANY = len(TEXTS)


@pytest.fixture
async def dialogue() -> Dialogue:
    made = await make_dialogue()
    invalidate()
    return made


async def write(visitor: httpx.AsyncClient, dialogue: Dialogue, kind: str) -> list[uuid.UUID]:
    """Write several texts, some of them at the same instant. Returns their ids."""
    found = []
    start = clock.now()
    for number, text in enumerate(TEXTS):
        with clock.frozen_at(start + timedelta(seconds=number // 2)):
            answer = await visitor.post(
                f"/api/v1/dialogues/{dialogue.slug}/{kind}",
                json={"text": text},
                headers={"idempotency-key": str(uuid.uuid4())},
            )
        assert answer.status_code == 201, answer.text
        found.append(uuid.UUID(answer.json()["id"]))
    return found


@pytest.mark.parametrize("kind", ["opinions", "statements"])
async def test_ids_of_texts_are_random(
    visitor: httpx.AsyncClient, dialogue: Dialogue, kind: str
) -> None:
    assert {each.version for each in await write(visitor, dialogue, kind)} == {4}


async def test_lists_of_opinions_go_by_time_and_lose_none_between_pages(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    written = await write(visitor, dialogue, "opinions")
    seen: list[uuid.UUID] = []
    cursor = None
    while True:
        page = await opinions.list_public(dialogue.id, cursor, 2)
        seen += [view.id for view in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
        [last] = json.loads(base64.urlsafe_b64decode(cursor + "==="))
        assert last == str(seen[-1])  # the cursor that the public gets holds nothing else
    assert sorted(seen) == sorted(written)
    assert set(seen[-2:]) == set(written[:2])  # the first two were written at one instant
    assert seen[0] == written[-1]

    entered = await opinions.list_for_office(dialogue.id, None, 2)
    after = await opinions.list_for_office(dialogue.id, entered.next_cursor, MANY)
    order = [view.id for view in (*entered.rows, *after.rows)]
    assert order == seen[::-1]


async def test_the_office_reads_the_latest_first(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    kept = await write(visitor, dialogue, "opinions") + await write(visitor, dialogue, "statements")
    seen, cursor = [], None
    while True:
        page = await office.list_in_state(dialogue.id, State.ACCEPTED, cursor, 3)
        seen += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break
    times = [row.created_at for row in seen]
    assert times == sorted(times, reverse=True)
    assert {row.id for row in seen} == set(kept)
