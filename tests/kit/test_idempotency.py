"""A form sent twice, or twenty times at once, is carried out once and answered alike."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest

from enishi.kit import clock, db, idempotency, ids
from enishi.kit.idempotency import KeyReusedError
from enishi.kit.tables import IdempotencyKey, StoredFile

SCOPE = "relations:register somebody"


async def work(name: str) -> str:
    """One row, as a service would write it."""
    row = StoredFile(
        id=ids.new_id(),
        public_id=ids.new_public_id(),
        purpose="test",
        subject_id=name,
        name=name,
        media_type="",
        size=0,
        sha256=b"",
        created_at=clock.now(),
    )
    await row.save()
    return str(row.public_id)


async def done() -> int:
    return int(await StoredFile.count())


async def send(key: uuid.UUID, body: bytes = b"a=1", scope: str = SCOPE) -> dict[str, Any]:
    async with idempotency.once(key, scope, body) as attempt:
        if attempt.replayed is not None:
            return attempt.replayed
        attempt.done(url=await work("x"), count=1)
        assert attempt.outcome is not None
        return attempt.outcome


async def test_the_same_key_again_gives_the_same_answer_without_work() -> None:
    key = uuid.uuid4()
    first = await send(key)
    assert await send(key) == first
    assert await done() == 1


async def test_another_key_or_another_scope_is_other_work() -> None:
    key = uuid.uuid4()
    answers = [await send(key), await send(uuid.uuid4()), await send(key, scope="somebody else")]
    assert len({answer["url"] for answer in answers}) == 3
    assert await done() == 3


async def test_another_body_under_the_same_key_is_refused() -> None:
    key = uuid.uuid4()
    await send(key)
    with pytest.raises(KeyReusedError) as caught:
        await send(key, body=b"a=2")
    assert caught.value.status_code == 422
    assert await done() == 1


class RefusedError(Exception):
    pass


async def test_refused_work_frees_its_key(own_database: None) -> None:
    key = uuid.uuid4()
    with pytest.raises(RefusedError):
        async with idempotency.once(key, SCOPE, b"a=1"):
            await work("x")
            raise RefusedError
    assert await done() == 0
    await send(key, body=b"a=2")
    assert await done() == 1


async def test_work_that_says_nothing_of_its_outcome_is_a_mistake_and_undone() -> None:
    with pytest.raises(RuntimeError, match="without saying"):
        async with idempotency.once(uuid.uuid4(), SCOPE, b""):
            await work("x")
    assert await done() == 0


async def test_an_outcome_may_be_empty_and_is_still_one() -> None:
    key = uuid.uuid4()
    for replayed in (None, {}, {}):
        async with idempotency.once(key, SCOPE, b"") as attempt:
            assert attempt.replayed == replayed
            if attempt.replayed is None:
                attempt.done()


async def test_twenty_requests_at_once_do_the_work_once(own_database: None) -> None:
    key = uuid.uuid4()
    answers = await asyncio.gather(*(send(key) for _ in range(20)))
    assert await done() == 1
    assert len({answer["url"] for answer in answers}) == 1


async def test_without_the_guard_the_work_is_done_more_than_once(own_database: None) -> None:
    """The negative control: check, then write, as it must not be done."""
    key = uuid.uuid4()
    both_have_checked = asyncio.Barrier(2)

    async def unguarded() -> None:
        async with db.unit_of_work():
            if not await IdempotencyKey.exists().where(IdempotencyKey.key == key):
                await both_have_checked.wait()
                await work("x")
                await IdempotencyKey(
                    id=ids.new_id(),
                    key=key,
                    scope=str(uuid.uuid4()),  # so that the constraint does not help either
                    body_hash=b"",
                    created_at=clock.now(),
                ).save()

    async with asyncio.timeout(30):
        await asyncio.gather(unguarded(), unguarded())
    assert await done() == 2


async def test_when_the_first_of_two_at_once_is_refused_the_second_is_carried_out(
    own_database: None,
) -> None:
    key = uuid.uuid4()
    entered, leave = asyncio.Event(), asyncio.Event()

    async def refused() -> None:
        async with idempotency.once(key, SCOPE, b"a=1"):
            await work("refused")
            entered.set()
            await leave.wait()
            raise RefusedError

    first = asyncio.create_task(refused())
    await entered.wait()
    second = asyncio.create_task(send(key))
    await _until_one_waits()
    leave.set()
    with pytest.raises(RefusedError):
        await first
    assert (await second)["count"] == 1
    assert await done() == 1


async def _until_one_waits() -> None:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    while not await db.fetch(waiting):  # noqa: ASYNC110 (PostgreSQL tells nobody who waits)
        await asyncio.sleep(0.01)


async def test_keys_are_forgotten_after_a_day() -> None:
    now = clock.now()
    with clock.frozen_at(now):
        await send(old := uuid.uuid4())
    with clock.frozen_at(now + timedelta(microseconds=1)):
        await send(young := uuid.uuid4())
    with clock.frozen_at(now + idempotency.KEPT_FOR):
        await idempotency.prune()
        assert await IdempotencyKey.count() == 2
    with clock.frozen_at(now + idempotency.KEPT_FOR + timedelta(microseconds=1)):
        await idempotency.prune()
        kept = await IdempotencyKey.select(IdempotencyKey.key)
    assert [row["key"] for row in kept] == [young] != [old]
