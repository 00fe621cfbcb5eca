"""Translations are shown beside the original; each page of a sample says that it is one."""

import json

import httpx
import pytest
from tests.consultations.build import make_dialogue, make_statement

from enishi.kit import db

WORDS = "バスを一日三本に増やしてほしい。"
IN_ENGLISH = "Please run the bus three times a day."
PAGES = ("", "/vote", "/list", "/statements", "/opinions", "/statements/new", "/opinions/new")


async def _translated() -> str:
    dialogue = await make_dialogue(guests_allowed=True)
    statement_id = await make_statement(dialogue, WORDS)
    await db.fetch(
        "UPDATE consultations_statement SET translations = $2 WHERE id = $1",
        statement_id,
        json.dumps({"en": IN_ENGLISH}),
    )
    return dialogue.slug


@pytest.mark.parametrize("page", ["", "/vote", "/list", "/statements", "/statements?q=bus"])
async def test_a_reader_of_english_reads_the_translation_and_that_it_is_one(
    visitor: httpx.AsyncClient, page: str
) -> None:
    slug = await _translated()
    text = (await visitor.get(f"/en/dialogues/{slug}{page}")).text
    assert IN_ENGLISH in text
    assert "(translation)" in text
    assert WORDS not in text


async def test_a_reader_of_japanese_reads_what_was_written(visitor: httpx.AsyncClient) -> None:
    slug = await _translated()
    text = (await visitor.get(f"/ja/dialogues/{slug}/statements")).text
    assert WORDS in text
    assert IN_ENGLISH not in text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("is_sample", [True, False])
async def test_every_page_of_a_sample_dialogue_says_so(
    visitor: httpx.AsyncClient, page: str, *, is_sample: bool
) -> None:
    dialogue = await make_dialogue(guests_allowed=True, is_sample=is_sample)
    answer = await visitor.get(f"/ja/dialogues/{dialogue.slug}{page}")
    assert answer.status_code == 200
    assert ("見本データ" in answer.text) is is_sample
