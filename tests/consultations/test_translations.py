"""Translations are shown beside the original; each page of a sample says that it is one."""

import uuid

import httpx
import pytest
from tests.consultations.build import make_dialogue, make_statement

WORDS = "バスを一日三本に増やしてほしい。"
IN_ENGLISH = "Please run the bus three times a day."
PAGES = ("", "/vote", "/list", "/statements", "/opinions", "/statements/new", "/opinions/new")


async def _translated() -> str:
    dialogue = await make_dialogue(guests_allowed=True)
    await make_statement(dialogue, WORDS, english=IN_ENGLISH)
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


MARK = '<span class="fine-print" lang="ja">(日本語)</span>'


@pytest.mark.parametrize("page", ["", "/vote", "/list", "/statements", "/mine"])
async def test_japanese_on_an_english_page_says_that_it_is(
    visitor: httpx.AsyncClient, page: str
) -> None:
    dialogue = await make_dialogue(guests_allowed=True)
    await make_statement(dialogue, WORDS)
    at = f"dialogues/{dialogue.slug}"
    await visitor.post(
        f"/ja/{at}/statements/new",
        data={"text": "夜も走ってほしい", "submission": str(uuid.uuid4()), "anyway": "true"},
    )
    english = (await visitor.get(f"/en/{at}{page}")).text
    assert MARK in english
    for text in (WORDS, "夜も走ってほしい"):
        for before in english.split(text)[:-1]:
            assert before.rpartition("<")[2].count('lang="ja"') or 'lang="ja"' in before[-300:]
    assert MARK not in (await visitor.get(f"/ja/{at}{page}")).text


async def test_a_similar_card_is_shown_in_the_readers_language(visitor: httpx.AsyncClient) -> None:
    slug = await _translated()
    at = f"/en/dialogues/{slug}/statements/new"
    sent = {"text": "Please run buses three times a day", "submission": str(uuid.uuid4())}
    answer = await visitor.post(at, data=sent)
    assert answer.status_code == 409
    assert f'<q lang="en">{IN_ENGLISH} <span class="fine-print">(translation)</span></q>' in (
        answer.text
    )


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("is_sample", [True, False])
async def test_every_page_of_a_sample_dialogue_says_so(
    visitor: httpx.AsyncClient, page: str, *, is_sample: bool
) -> None:
    dialogue = await make_dialogue(guests_allowed=True, is_sample=is_sample)
    answer = await visitor.get(f"/ja/dialogues/{dialogue.slug}{page}")
    assert answer.status_code == 200
    assert ("見本データ" in answer.text) is is_sample
