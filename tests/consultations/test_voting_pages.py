"""Voting as a visitor does it: forms, cards and lists, with and without scripts."""

import re
import uuid
from collections.abc import AsyncIterator, Collection
from datetime import timedelta

import httpx
import pytest
from tests.consultations.build import (
    Dialogue,
    make_dialogue,
    make_participant,
    make_statement,
)

from enishi.consultations.core import queries as consultations
from enishi.consultations.participation import guest_cookie
from enishi.consultations.voting import limits, routing, writer
from enishi.consultations.voting import queries as statements
from enishi.consultations.voting.schemas import PublicIds
from enishi.kit import clock, db
from enishi.kit.page_cache import invalidate
from enishi.kit.token_buckets import TokenBuckets


@pytest.fixture
async def dialogue(own_database: None) -> AsyncIterator[Dialogue]:
    consultations.invalidate()
    invalidate()
    made = await make_dialogue()
    statements.invalidate(made.id)
    async with writer.writing():
        yield made


async def cast(
    visitor: httpx.AsyncClient, dialogue: Dialogue, statement: uuid.UUID, value: str, **more: str
) -> httpx.Response:
    return await visitor.post(
        f"/ja/dialogues/{dialogue.slug}/vote",
        data={"statement": str(statement), "value": value} | more,
    )


async def test_a_guest_votes_through_every_card_without_scripts(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    texts = {f"意見その{i}" for i in range(4)}
    for text in texts:
        await make_statement(dialogue, text)
    seen = set()
    for done in range(4):
        page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/vote")).text.replace("<wbr>", "")
        assert f"4枚中{done}枚に投票" in page
        [text] = re.findall(r"意見その\d", page)
        seen.add(text)
        [statement] = re.findall(r'name="statement" value="([0-9a-f-]{36})"', page)
        answer = await cast(visitor, dialogue, uuid.UUID(statement), "agree")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/ja/dialogues/{dialogue.slug}/vote"
    assert seen == texts
    page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/vote")).text.replace("<wbr>", "")
    assert "すべての意見カードに投票しました" in page
    [row] = await db.fetch("SELECT channel, count(*) FROM consultations_participant GROUP BY 1")
    assert (row["channel"], row["count"]) == ("guest", 1)


async def test_with_htmx_the_answer_is_the_next_card_and_a_way_back(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    statement = await make_statement(dialogue)
    await make_statement(dialogue, "もう一枚")
    visitor.headers["hx-request"] = "true"
    answer = await cast(visitor, dialogue, statement, "disagree")
    assert answer.text.lstrip().startswith('<section id="card"')
    assert "「反対」で受け付けました" in answer.text
    assert "もう一枚" in answer.text
    taken_back = await cast(visitor, dialogue, statement, "withdraw")
    assert "投票を取り消しました" in taken_back.text
    assert await db.fetch("SELECT 1 FROM consultations_vote") == []


async def test_in_the_list_a_vote_is_shown_changed_and_withdrawn(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    statement = await make_statement(dialogue)
    for value, pressed in (("agree", "賛成"), ("pass", "パス"), ("disagree", "反対")):
        answer = await cast(visitor, dialogue, statement, value, back="list", number="7")
        assert answer.headers["location"] == f"/ja/dialogues/{dialogue.slug}/list#s7"
        page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/list")).text
        assert re.findall(r'aria-pressed="true"[^>]*>([^<]+)<', page) == [pressed]
    await cast(visitor, dialogue, statement, "withdraw", back="list")
    page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/list")).text
    assert 'aria-pressed="true"' not in page


async def test_a_page_of_the_list_costs_two_queries_whatever_its_length(
    visitor: httpx.AsyncClient, dialogue: Dialogue, statements: list[str]
) -> None:
    """The rows of the page and the own votes on them; session and participant are cached."""
    costs = []
    for size in (3, 60):
        made = [await make_statement(dialogue, f"{size}のうち{n}") for n in range(size)]
        await cast(visitor, dialogue, made[0], "agree", back="list")
        await visitor.get(f"/ja/dialogues/{dialogue.slug}/list")
        statements.clear()
        page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/list")).text
        costs.append(len(statements))
        assert page.count('aria-pressed="true"') == 1 + (size == 60)
    assert costs == [2, 2]


async def test_where_guests_are_not_asked_a_vote_leads_to_signing_in(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    statement = await make_statement(dialogue)
    await db.fetch("UPDATE consultations_consultation SET guests_allowed = false")
    consultations.invalidate()
    page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/vote")).text.replace("<wbr>", "")
    assert "投票にはログインが必要です" in page
    assert (await cast(visitor, dialogue, statement, "agree")).status_code in (303, 401)
    assert await db.fetch("SELECT 1 FROM consultations_participant") == []


async def test_after_the_close_a_vote_is_refused_and_says_why(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    statement = await make_statement(dialogue)
    with clock.frozen_at(dialogue.closes_at):
        page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/vote")).text.replace("<wbr>", "")
        assert "いまは投票を受け付けていません" in page
        answer = await cast(visitor, dialogue, statement, "agree")
    assert answer.status_code == 409
    assert await db.fetch("SELECT 1 FROM consultations_vote") == []


@pytest.mark.parametrize(
    ("statement", "value"),
    [("x", "agree"), ("00000000-0000-7000-8000-000000000000", "love"), ("", "")],
)
async def test_an_unreadable_vote_is_refused_as_invalid(
    visitor: httpx.AsyncClient, dialogue: Dialogue, statement: str, value: str
) -> None:
    answer = await visitor.post(
        f"/ja/dialogues/{dialogue.slug}/vote", data={"statement": statement, "value": value}
    )
    assert answer.status_code == 422


async def test_a_guests_cookie_of_another_dialogue_or_forged_counts_for_nothing(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    other = await make_dialogue()
    stranger = await make_participant(other)
    statement = await make_statement(dialogue)
    for token in (guest_cookie.token_for(other.id, stranger), "k.x.y", "", "a" * 200):
        visitor.cookies.set(guest_cookie.cookie_name(dialogue.slug), token)
        assert (await cast(visitor, dialogue, statement, "agree")).status_code == 303
        visitor.cookies.clear()
    rows = await db.fetch("SELECT participant_id FROM consultations_vote")
    assert len(rows) == 4
    assert stranger not in {row["participant_id"] for row in rows}


async def test_the_rate_limit_of_a_participant_answers_with_retry_after(
    visitor: httpx.AsyncClient, dialogue: Dialogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "votes", TokenBuckets(burst=2, per_second=0.1))
    statement = await make_statement(dialogue)
    answers = [await cast(visitor, dialogue, statement, "agree") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert int(answers[2].headers["retry-after"]) > 1


async def test_every_unseen_statement_is_equally_likely_to_come_next(dialogue: Dialogue) -> None:
    offered: list[list[uuid.UUID]] = []

    def first(public: PublicIds, seen: Collection[uuid.UUID]) -> uuid.UUID:
        offered.append([each for each in public.by_number if each not in seen])
        return offered[-1][0]

    everything = [await make_statement(dialogue, f"その{i}") for i in range(3)]
    person = await make_participant(dialogue)
    await db.fetch(
        "INSERT INTO consultations_vote VALUES ($1, $2, 1, $3)", person, everything[1], clock.now()
    )
    statements.invalidate(dialogue.id)
    progress = await statements.get_progress(dialogue.id, person, first)
    assert offered == [[everything[0], everything[2]]]
    assert (progress.total, progress.voted) == (3, 1)
    for seen in ([], everything[:1], everything[:2]):  # few and many: drawn in two ways
        draws = {routing.choose_uniformly(everything, seen) for _ in range(200)}
        assert draws == set(everything) - set(seen)


@pytest.mark.parametrize(
    "page",
    [
        "",
        "/vote",
        "/list",
        "/statements",
        "/results",
        "/position",
        "/opinions",
        "/mine",
        "/statements/new",
        "/opinions/new",
        "/receipt",
        "/feed.xml",
    ],
)
@pytest.mark.parametrize("language", ["ja", "en"])
async def test_every_page_of_a_dialogue_answers_in_both_languages(
    visitor: httpx.AsyncClient, dialogue: Dialogue, page: str, language: str
) -> None:
    await make_statement(dialogue)
    answer = await visitor.get(f"/{language}/dialogues/{dialogue.slug}{page}")
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text
    unknown = await visitor.get(f"/{language}/dialogues/no-such{page}")
    assert unknown.status_code == 404


async def test_before_the_opening_nothing_can_be_said(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    statement = await make_statement(dialogue)
    with clock.frozen_at(dialogue.opens_at - timedelta(seconds=1)):
        assert (await cast(visitor, dialogue, statement, "agree")).status_code == 409
