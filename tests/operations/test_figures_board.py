"""What the operator's board says of figures: what a recount found, and why nothing is published."""

import uuid
from datetime import timedelta

import httpx
import pytest
import structlog
from structlog.testing import capture_logs
from tests.fixtures.operator_room import JOBS
from tests.statistics.acts import happened

from enishi.kit import clock, db, figures_key
from enishi.statistics import gate
from enishi_jobs import statistics


async def test_a_drift_that_was_planted_is_on_the_board(room: httpx.AsyncClient) -> None:
    async def board() -> str:
        return (await room.get(JOBS)).text.replace("<wbr>", "")

    assert "数え直し" not in await board()
    await statistics.recount()
    clean = await board()
    assert "食い違い 0 行" in clean
    assert "食い違いが見つかりました" not in clean
    await happened("vote.cast", 3, day=clock.today(), organisation_id=uuid.uuid4())  # of no log
    await db.execute("UPDATE statistics_day_sum SET amount = amount + 1")
    await db.execute("UPDATE statistics_fact SET source = 'consultations.votes'")
    await statistics.recount()
    found = await board()
    assert "食い違いが見つかりました" in found
    await statistics.recount()  # mended: the warning goes, what was found stays
    after = await board()
    assert "食い違いが見つかりました" not in after
    assert "食い違い 0 行" in after
    assert after.partition("最後に見つかった食い違い")[2].partition("</dd>")[0].strip().count("行")


async def test_a_missing_key_of_the_figures_is_on_the_board_until_it_is_back(
    room: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A logger that another test has used keeps the processors that were set then.
    monkeypatch.setattr(statistics, "_log", structlog.get_logger())

    async def board() -> str:
        return (await room.get(JOBS)).text.replace("<wbr>", "")

    async def released() -> int:
        found: int = await db.fetch_value("SELECT count(*) FROM statistics_cube_release")
        return found

    await statistics.publish()
    assert "公表できません" not in await board()
    before, key = await released(), figures_key.path()
    away = key.rename(key.with_name("lost.key"))
    try:
        with clock.frozen_at(clock.now() + timedelta(days=1)), capture_logs() as logs:
            await statistics.publish()
        assert "公表できません（鍵）" in await board()
        assert await released() == before
        assert not key.exists()  # a lost key is not replaced by a new one
        [refusal] = [each for each in logs if each["event"] == "statistics.publish.refused"]
        assert "is missing: figures were published with the key" in refusal["reason"]
    finally:
        away.rename(key)
    with clock.frozen_at(clock.now() + timedelta(days=1)):
        await statistics.publish()
    assert "公表できません" not in await board()
    assert await released() > before


async def test_a_release_that_the_gate_refuses_is_on_the_board(
    room: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "LEAST_WIDTH", 10_000)
    await statistics.publish()
    assert "公表できません（公表前の確かめ）" in (await room.get(JOBS)).text.replace("<wbr>", "")
    assert await db.fetch_value("SELECT count(*) FROM statistics_cube_release") == 0
