"""A5: API and feed tell the day on which people wrote, and not the instant."""

import re

import httpx
from tests.consultations.build import (
    invalidate,
    make_dialogue,
    make_opinion,
    make_participant,
    make_statement,
)

from enishi.kit import clock

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d[.\d]*)")


async def test_what_people_wrote_carries_a_day(visitor: httpx.AsyncClient) -> None:
    dialogue = await make_dialogue()
    person = await make_participant(dialogue)
    await make_statement(dialogue, "バスを増やす", author_id=person)
    await make_opinion(dialogue, "バスを増やしてほしい", participant_id=person)
    invalidate()
    today = str(clock.today())
    at = f"/api/v1/dialogues/{dialogue.slug}"
    for address in (f"{at}/statements", f"{at}/statements?q=バス", f"{at}/opinions"):
        answer = await visitor.get(address)
        [item] = answer.json()["items"]
        assert item["created_on"] == today
        assert _INSTANT.findall(answer.text) == []
    feed = await visitor.get(f"/ja/dialogues/{dialogue.slug}/feed.xml")
    assert feed.status_code == 200
    assert set(_INSTANT.findall(feed.text)) == {"15:00:00"}  # midnight in Japan
