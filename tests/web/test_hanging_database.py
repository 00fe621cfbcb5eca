"""The site while its database hangs: no page, form or vote waits for ever, and all come back."""

import os
import time
from collections.abc import AsyncIterator

import pytest
from tests.consultations.build import make_dialogue, make_participant, make_statement
from tests.consultations.test_votes import votes_of
from tests.fixtures.hanging import Wire, wired
from tests.web.conftest import Visit

from enishi.consultations.voting import vote_connection
from enishi.consultations.voting.writer import VoteWriter
from enishi.kit import db
from enishi.kit.connections import WEB
from enishi.kit.errors import UnavailableError
from enishi.settings import get_settings

ABOUT_FIVE_SECONDS = 7.0  # with some for a busy machine


@pytest.fixture
async def wire(own_database: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wire]:
    """This process's connections as a web process has them, over a wire that may hang."""
    async with wired(os.environ["ENISHI_DATABASE_URL"]) as (wire, dsn):
        settings = get_settings().model_copy(update={"database_url": dsn})
        monkeypatch.setattr(vote_connection, "get_settings", lambda: settings)
        monkeypatch.setitem(db.DB.config, "dsn", dsn)
        await db.close_pool()
        await db.open_pool(WEB)
        yield wire
        wire.resume()
        await db.close_pool()
    monkeypatch.undo()
    await db.open_pool()


class Stopwatch:
    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began


async def test_pages_answer_503_in_time_and_work_again_afterwards(wire: Wire, visit: Visit) -> None:
    async with visit() as client:
        assert (await client.get("/ja/rows?text=a")).status_code == 200
        wire.hang()
        for method, path in (("GET", "/ja/rows?text=b"), ("GET", "/api/rows"), ("GET", "/ja/")):
            watch = Stopwatch()
            answer = await client.request(method, path)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert watch.seconds < ABOUT_FIVE_SECONDS
        wire.resume()
        assert (await client.get("/ja/rows?text=c")).status_code == 200


async def test_whether_it_can_serve_is_said_within_three_seconds(wire: Wire, visit: Visit) -> None:
    async with visit() as client:
        assert (await client.get("/readyz")).status_code == 200
        wire.hang()
        for _ in range(3):
            watch = Stopwatch()
            assert (await client.get("/readyz")).status_code == 503
            assert watch.seconds < 3.0
        assert (await client.get("/healthz")).status_code == 200
        wire.resume()
        assert (await client.get("/readyz")).status_code == 200


async def test_votes_are_refused_in_time_and_taken_afterwards(wire: Wire) -> None:
    dialogue = await make_dialogue()
    statement, person = await make_statement(dialogue), await make_participant(dialogue)
    writer = VoteWriter()
    await writer.start()
    try:
        await writer.cast(person, statement, 1)
        wire.hang()
        for _ in range(2):
            watch = Stopwatch()
            with pytest.raises(UnavailableError):
                await writer.cast(person, statement, -1)
            assert watch.seconds < ABOUT_FIVE_SECONDS
        wire.resume()
        await writer.cast(person, statement, -1)
    finally:
        await writer.stop()
    assert await votes_of(statement) == [-1]
