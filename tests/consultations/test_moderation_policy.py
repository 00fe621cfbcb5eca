"""The public policy: figures in tens, who wrote a card, the moderation that was announced."""

import uuid
from datetime import date, timedelta

import asyncpg
import httpx
import pytest
from tests.consultations.build import (
    Dialogue,
    invalidate,
    make_dialogue,
    make_participant,
    make_statement,
)
from tests.consultations.desk import AT, day, publish_dialogue
from tests.fixtures.accounts import SignIn

from enishi.consultations.moderation import figures, policies
from enishi.consultations.voting import queries as statements
from enishi.kit import clock, db


@pytest.fixture(autouse=True)
def _anew() -> None:
    figures.invalidate()
    invalidate()


async def _hidings(dialogue: Dialogue, count: int, on: date, *, upheld: int = 0) -> None:
    """Insert decisions of a day; the first `upheld` were appealed against, with success."""
    at = clock.start_of_day(on) + timedelta(hours=12)
    for number in range(count):
        row = (uuid.uuid4(), dialogue.id, await make_statement(dialogue, f"文{number}"), at)
        await db.execute(
            "INSERT INTO consultations_hiding (id, consultation_id, statement_id, reason, note,"
            " hidden_at, appealed_at, decided_at, outcome, ended_at, outcome_reason)"
            " VALUES ($1, $2, $3, 'insult', '', $4::timestamptz,"
            " CASE WHEN $5 THEN $4::timestamptz END, CASE WHEN $5 THEN $4::timestamptz END,"
            " CASE WHEN $5 THEN 'upheld' END, CASE WHEN $5 THEN $4::timestamptz END, '')",
            *row,
            number < upheld,
        )


async def test_finished_quarters_are_printed_in_tens_and_small_numbers_not(
    visitor: httpx.AsyncClient,
) -> None:
    with clock.frozen_at(clock.start_of_day(date(2026, 11, 30))):
        dialogue = await make_dialogue()
        await _hidings(dialogue, 36, date(2026, 9, 30), upheld=19)
        await _hidings(dialogue, 25, date(2026, 10, 1))  # of the quarter that goes on
        await _hidings(await make_dialogue(is_sample=True), 30, date(2026, 8, 1))
        [quarter] = await figures.list_quarters()
        page = (await visitor.get("/ja/moderation")).text
    assert quarter.first_day == date(2026, 7, 1)
    assert (quarter.decided, quarter.hidden, quarter.appealed, quarter.upheld) == (
        *(40, 40),
        *(None, None),
    )
    assert "2026年 第3四半期" in page
    assert "約40" in page
    assert "20未満" in page
    for exact in ("36", "19件", "25件"):
        assert exact not in page.partition('id="figures"')[2].partition("</main>")[0]


async def test_reports_that_were_kept_are_decisions_and_those_of_a_text_at_once_are_one() -> None:
    with clock.frozen_at(clock.start_of_day(date(2026, 11, 30))):
        dialogue = await make_dialogue()
        at = clock.start_of_day(date(2026, 8, 1))
        for _ in range(24):
            statement = await make_statement(dialogue)
            for _ in range(3):
                await db.execute(
                    "INSERT INTO consultations_report (id, consultation_id, statement_id, reason,"
                    " words, reporter_id, reported_at, settled_at)"
                    " VALUES ($1, $2, $3, 'insult', '', $4, $5, $5)",
                    uuid.uuid4(),
                    dialogue.id,
                    statement,
                    uuid.uuid4(),
                    at,
                )
        [quarter] = await figures.list_quarters()
    assert (quarter.decided, quarter.hidden) == (20, None)


async def test_without_a_decision_the_page_says_so(visitor: httpx.AsyncClient) -> None:
    for language, said in (("ja", "まだ、示す四半期がありません。"), ("en", "no quarter to show")):
        page = await visitor.get(f"/{language}/moderation")
        assert page.status_code == 200
        assert said in page.text


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 11, 30), date(2026, 7, 1), date(2024, 10, 1)),
        (date(2026, 1, 1), date(2025, 10, 1), date(2024, 1, 1)),
        (date(2026, 3, 31), date(2025, 10, 1), date(2024, 1, 1)),
    ],
)
def test_a_quarter_is_finished_once_the_next_has_begun(
    today: date, first: date, last: date
) -> None:
    quarters = policies.finished_quarters(today)
    assert (quarters[0], quarters[-1], len(quarters)) == (first, last, 8)


@pytest.mark.parametrize(("number", "printed"), [(0, None), (19, None), (20, 20), (26, 30)])
def test_small_numbers_are_not_printed(number: int, printed: int | None) -> None:
    assert policies.in_tens(number) == printed


async def test_each_card_of_a_participant_says_so_and_those_of_the_organiser_do_not(
    visitor: httpx.AsyncClient,
) -> None:
    dialogue = await make_dialogue()
    await make_statement(dialogue, "主催者のカード")
    mark = "他の参加者が書いたカードです"
    pages = [f"/ja/dialogues/{dialogue.slug}/{part}" for part in ("vote", "list", "statements")]
    for page in pages:
        assert mark not in (await visitor.get(page)).text
    await db.execute("UPDATE consultations_statement SET state = 'withdrawn'")
    await make_statement(dialogue, "参加者のカード", author_id=await make_participant(dialogue))
    invalidate()
    statements.invalidate(dialogue.id)
    for page in pages:
        assert mark in (await visitor.get(page)).text


async def test_the_moderation_that_was_announced_is_the_one_that_runs(
    browser_of: SignIn,
) -> None:
    desk = await publish_dialogue(browser_of)
    assert "すぐに表示し" in (await desk.browser.get("/ja/dialogues/bus")).text
    await desk.open(f"{AT}/bus/edit/rules")
    refused = await desk.send(moderation="before", closes_on=day(20))
    assert refused.status_code == 409
    assert "公開した後では変えられません" in refused.text.replace("<wbr>", "")
    assert await db.fetch_value("SELECT moderation FROM consultations_consultation") == "after"


async def test_the_table_itself_keeps_the_announced_moderation() -> None:
    """Whoever changes it: a mismatch of what was announced and what runs cannot come into being."""
    draft = await make_dialogue(published_at=None)
    change = "UPDATE consultations_consultation SET moderation = 'before' WHERE id = $1"
    await db.execute(change, draft.id)
    published = await make_dialogue()
    with pytest.raises(asyncpg.RestrictViolationError, match="was announced"):
        await db.execute(change, published.id)
