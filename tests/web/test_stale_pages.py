"""A database that is away: a kept page is served as of when it was made, and never flaps."""

import os
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from tests.consultations.build import make_dialogue
from tests.fixtures.hanging import Wire, wired

from enishi.kit import cache, clock, db, page_cache, stale_pages
from enishi.kit.connections import WEB

AWAY = {"dsn": "postgresql://enishi@/enishi?host=/nonexistent"}
NOTICE = "いまは新しい内容を読み込めません"


class Time:
    """Seconds that pass for the caches and the clock when a test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self._real, self._passed = time.monotonic, 0.0
        for module in (cache, stale_pages):
            monkeypatch.setattr(module, "time", self)

    def monotonic(self) -> float:
        return self._real() + self._passed

    def passes(self, seconds: float) -> None:
        self._passed += seconds


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


@pytest.fixture
async def page(own_database: None) -> AsyncIterator[str]:
    """The address of a page that is read from the database."""
    yield f"/ja/dialogues/{(await make_dialogue()).slug}"
    stale_pages.database_answered()


def take_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db.DB, "pool", None)
    monkeypatch.setattr(db.DB, "config", AWAY)


async def test_a_kept_page_is_served_as_of_when_it_was_made(
    page: str, visitor: httpx.AsyncClient, later: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.frozen_at(clock.now() - timedelta(seconds=90)):
        fresh = await visitor.get(page)
        made_at = clock.in_tokyo(clock.now())
    take_away(monkeypatch)
    later.passes(90)
    answers = [await visitor.get(page) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    for answer in answers:
        assert f"{made_at.hour}時{made_at.minute:02}分現在のページ" in answer.text
        assert 89 <= int(answer.headers["age"]) <= 120
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["x-request-id"]
    assert NOTICE not in fresh.text
    # What is not kept cannot be served.
    assert (await visitor.get("/ja/dialogues/never-seen")).status_code == 503
    english = await visitor.get(page.replace("/ja/", "/en/"))
    assert english.status_code == 503


async def test_a_copy_is_too_old_after_ten_minutes(
    page: str, visitor: httpx.AsyncClient, later: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.get(page)
    take_away(monkeypatch)
    later.passes(page_cache.SECONDS + page_cache.STALE_SECONDS - 30)
    assert (await visitor.get(page)).status_code == 200
    later.passes(60)
    assert (await visitor.get(page)).status_code == 503


async def test_a_page_that_was_invalidated_is_not_served(
    page: str, visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.get(page)
    page_cache.invalidate()
    take_away(monkeypatch)
    assert (await visitor.get(page)).status_code == 503


async def test_caches_before_the_site_may_do_the_same(
    page: str, visitor: httpx.AsyncClient
) -> None:
    control = (await visitor.get(page)).headers["cache-control"]
    assert f"stale-if-error={page_cache.STALE_SECONDS}" in control


@pytest.fixture
async def wire(page: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """The connections of a web process over a wire that may hang."""
    async with wired(os.environ["ENISHI_DATABASE_URL"]) as (wire, dsn):
        monkeypatch.setitem(db.DB.config, "dsn", dsn)
        await db.close_pool()
        await db.open_pool(WEB)
        yield wire
        wire.resume()
        await db.close_pool()
    monkeypatch.undo()
    await db.open_pool()


async def test_one_request_tries_a_hanging_database_and_the_others_do_not_wait(
    wire: Wire, page: str, visitor: httpx.AsyncClient, later: Time
) -> None:
    pages = [page, "/ja/", "/ja/dialogues"]
    for path in pages:
        assert (await visitor.get(path)).status_code == 200
    wire.hang()
    later.passes(page_cache.SECONDS + 1)
    waited = []
    for path in pages * 4:
        began = time.monotonic()
        answer = await visitor.get(path)
        waited.append(time.monotonic() - began)
        assert answer.status_code == 200
        assert NOTICE in answer.text.replace("<wbr>", "")
    assert [seconds for seconds in waited if seconds > 1] == waited[:1]
    wire.resume()
    later.passes(stale_pages._RETRY_SECONDS)
    for path in pages:
        assert NOTICE not in (await visitor.get(path)).text.replace("<wbr>", "")
