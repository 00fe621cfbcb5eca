"""Searching statements, and the hint that a new one looks like another, in every language."""

import json

import httpx
import pytest
from tests.consultations.build import invalidate, make_dialogue, make_statement

from enishi.consultations.voting import queries as statements
from enishi.consultations.voting import results, service
from enishi.kit import db


async def found(visitor: httpx.AsyncClient, slug: str, words: str) -> list[str]:
    """The texts of all pages of a search by the API."""
    texts: list[str] = []
    after: str | None = None
    while True:
        answer = await visitor.get(
            f"/api/v1/dialogues/{slug}/statements",
            params={"q": words} | ({"after": after} if after else {}),
        )
        page = answer.json()
        texts += [each["text"] for each in page["items"]]
        after = page["next"]
        if after is None:
            return texts


async def test_one_character_is_found_behind_a_thousand_statements(
    visitor: httpx.AsyncClient,
) -> None:
    dialogue = await make_dialogue()
    await db.fetch(
        "INSERT INTO consultations_statement (id, consultation_id, number, text, folded, folding,"
        " language, origin, state, created_at) SELECT uuidv7(), $1, n, t.text, t.text, 1, 'ja',"
        " 'seed', 'accepted', now() FROM generate_series(1, 1060) n,"
        " LATERAL (SELECT CASE WHEN n > 1000 THEN '橋を直す' ELSE '道を直す' END AS text) t",
        dialogue.id,
    )
    assert await found(visitor, dialogue.slug, "橋") == ["橋を直す"] * 60


async def test_a_page_of_hits_leads_to_the_next(visitor: httpx.AsyncClient) -> None:
    invalidate()
    dialogue = await make_dialogue()
    for number in range(53):
        await make_statement(dialogue, f"バス停 {number}")
        await make_statement(dialogue, "道の駅")
    address = f"/ja/dialogues/{dialogue.slug}/statements?q=バス"
    first = (await visitor.get(address)).text
    assert first.count('class="results__row"') == 50
    [following] = [line for line in first.splitlines() if 'rel="next"' in line]
    query = following.split('href="')[1].split('"')[0].replace("&amp;", "&")
    second = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/statements{query}")).text
    assert second.count('class="results__row"') == 3
    assert 'rel="next"' not in second
    assert "道の駅" not in second


@pytest.mark.parametrize(
    ("text", "hits", "misses"),
    [
        ("⻘森の⿊板を直す", ["青森", "黒板"], ["赤森"]),
        ("鎌ヶ谷と髙橋さん", ["鎌ケ谷", "高橋"], []),
        ("か゛っこうの定員", ["がっこう", "ガッコウ", "ｶﾞｯｺｳ"], []),
        ("定員を12〜15人にする", ["12-15人", "12～15", "15人"], ["1215人", "1215"]),
        ("費用は3.5倍", ["3.5", "３．５倍"], ["35"]),
        ("補助は1,200円", ["1200円", "１，２００"], ["1.200"]),
    ],
)
async def test_a_search_folds_spellings_and_keeps_numbers_apart(
    visitor: httpx.AsyncClient, text: str, hits: list[str], misses: list[str]
) -> None:
    dialogue = await make_dialogue()
    await make_statement(dialogue, text)
    for words in hits:
        assert await found(visitor, dialogue.slug, words) == [text], words
    for words in misses:
        assert await found(visitor, dialogue.slug, words) == [], words


async def test_a_translation_is_found_too(visitor: httpx.AsyncClient) -> None:
    dialogue = await make_dialogue()
    await make_statement(dialogue, "夜のバスを増やす", english="More buses in the evening")
    await make_statement(dialogue, "道を直す")
    assert await found(visitor, dialogue.slug, "buses in") == ["夜のバスを増やす"]


async def test_a_near_copy_of_a_translation_looks_alike() -> None:
    dialogue = await make_dialogue()
    await make_statement(
        dialogue, "夜のバスを増やしてほしい。", english="We want more buses in the evening."
    )
    [similar] = await statements.list_similar(dialogue.id, "We want more buses in the evenings")
    assert similar.text == "夜のバスを増やしてほしい。"


async def test_numbers_that_differ_are_not_the_same_text() -> None:
    dialogue = await make_dialogue()
    await make_statement(dialogue, "12〜15人")
    await make_statement(dialogue, "3.5")
    assert [each.similarity for each in await statements.list_similar(dialogue.id, "12-15人")] == [
        1
    ]
    for other in ("1215人", "35"):
        assert all(
            each.similarity < 1 for each in await statements.list_similar(dialogue.id, other)
        )


async def test_texts_of_an_earlier_folding_are_folded_anew() -> None:
    dialogue = await make_dialogue()
    made = await make_statement(dialogue, "⻘森のりんご", english="Apples of Aomori")
    await db.fetch(
        "UPDATE consultations_statement SET folded = '', grams = '{森の,のり}', folding = 0"
    )
    assert await statements.list_similar(dialogue.id, "青森のりんご") == []
    assert await service.outdated() == await service.refold() == ["consultations/folding"]
    assert await service.outdated() == await service.refold() == []
    [similar] = await statements.list_similar(dialogue.id, "青森のりんご")
    assert (similar.id, similar.similarity) == (made, 1)
    assert [each.id for each in (await results.search(dialogue.id, None, "apples")).rows] == [made]
    [row] = await db.fetch("SELECT translations FROM consultations_statement")
    assert json.loads(row["translations"]) == {"en": "Apples of Aomori"}
