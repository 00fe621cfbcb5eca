"""One unit of work is all or nothing, a nested one is a savepoint, hints follow the commit."""

import asyncio
import uuid

import asyncpg
import pytest

from enishi.kit import clock, db, ids
from enishi.kit.outages import is_connection_fault
from enishi.kit.tables import IdempotencyKey

NOTED: list[str] = []


async def note(text: str) -> None:
    """One row of work that a test can count."""
    await IdempotencyKey(
        id=ids.new_id(), key=uuid.uuid4(), scope=text, body_hash=b"", created_at=clock.now()
    ).save()


async def notes() -> list[str]:
    rows = await IdempotencyKey.select(IdempotencyKey.scope).order_by(IdempotencyKey.id)
    return [row["scope"] for row in rows]


class RefusedError(Exception):
    pass


async def test_a_refused_unit_of_work_leaves_nothing(own_database: None) -> None:
    with pytest.raises(RefusedError):
        async with db.unit_of_work():
            await note("a")
            raise RefusedError
    assert await notes() == []
    async with db.unit_of_work():
        await note("b")
    assert await notes() == ["b"]
    assert not db.in_unit_of_work()


async def test_a_caught_refusal_inside_undoes_only_its_own_part() -> None:
    async with db.unit_of_work():
        await note("before")
        with pytest.raises(RefusedError):
            async with db.unit_of_work():
                await note("refused")
                async with db.unit_of_work():
                    await note("refused too")
                raise RefusedError
        async with db.unit_of_work():
            await note("inside")
        with pytest.raises(asyncpg.UndefinedTableError):
            async with db.unit_of_work():
                await db.fetch("SELECT * FROM kit_nothing")
        await note("after")
    assert await notes() == ["before", "inside", "after"]


async def test_a_refused_attempt_leaves_no_savepoint_behind() -> None:
    async with db.unit_of_work():
        transaction = db.DB.current_transaction.get()
        assert transaction is not None
        with pytest.raises(RefusedError):
            async with db.unit_of_work():
                latest = transaction.get_savepoint_id() - 1
                raise RefusedError
        with pytest.raises(asyncpg.InvalidSavepointSpecificationError):
            async with db.unit_of_work():
                await db.fetch(f"RELEASE SAVEPOINT savepoint_{latest}")


def remember(text: str) -> db.AfterCommit:
    async def callback() -> None:
        # Whoever is told must find the work done, from a connection of their own.
        NOTED.append(f"{text} {len(await notes())} {db.in_unit_of_work()}")

    return callback


async def test_hints_follow_the_commit_in_their_order(own_database: None) -> None:
    NOTED.clear()
    async with db.unit_of_work():
        db.after_commit(remember("first"))
        await note("x")
        async with db.unit_of_work():
            db.after_commit(remember("second"))
        with pytest.raises(RefusedError):
            async with db.unit_of_work():
                db.after_commit(remember("refused"))
                raise RefusedError
        db.after_commit(remember("third"))
        await note("y")
        assert NOTED == []
    assert NOTED == ["first 2 False", "second 2 False", "third 2 False"]


async def test_hints_of_refused_work_are_dropped(own_database: None) -> None:
    NOTED.clear()
    with pytest.raises(RefusedError):
        async with db.unit_of_work():
            db.after_commit(remember("lost"))
            raise RefusedError
    async with db.unit_of_work():
        await note("x")
    assert NOTED == []


async def test_a_failing_hint_neither_fails_the_work_nor_keeps_the_others(
    own_database: None, capfd: pytest.CaptureFixture[str]
) -> None:
    NOTED.clear()

    async def fail() -> None:
        raise ConnectionError("the queue is away")

    async with db.unit_of_work():
        db.after_commit(fail)
        db.after_commit(remember("next"))
        await note("x")
    assert NOTED == ["next 1 False"]


async def test_a_hint_outside_a_unit_of_work_is_a_mistake(own_database: None) -> None:
    with pytest.raises(RuntimeError, match="outside a unit of work"):
        db.after_commit(remember("never"))


async def free_connections() -> int:
    pool = db.DB.pool
    assert pool is not None
    return int(pool.get_idle_size()) + int(pool.get_max_size()) - int(pool.get_size())


async def fail_at_commit() -> None:
    """Leave a violation that PostgreSQL only finds when the transaction commits."""
    await db.fetch("CREATE TEMP TABLE late (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
    await db.fetch("INSERT INTO late VALUES (1), (1)")


async def test_a_connection_is_given_back_when_the_commit_fails(own_database: None) -> None:
    before = await free_connections()
    for _ in range(before + 2):
        with pytest.raises(asyncpg.UniqueViolationError):
            async with db.unit_of_work():
                await fail_at_commit()
    assert await free_connections() == before
    assert not db.in_unit_of_work()
    assert await db.fetch("SELECT 1 AS one") == [{"one": 1}]


async def test_the_hints_of_a_failed_commit_are_dropped(own_database: None) -> None:
    NOTED.clear()
    with pytest.raises(asyncpg.UniqueViolationError):
        async with db.unit_of_work():
            db.after_commit(remember("lost"))
            await fail_at_commit()
    assert NOTED == []


async def cut_off(pid: int) -> None:
    killer = await asyncpg.connect(db.get_settings().database_dsn)
    await killer.execute("SELECT pg_terminate_backend($1)", pid)
    await killer.close()


async def test_a_connection_cut_off_in_the_work_is_a_connection_fault(own_database: None) -> None:
    before = await free_connections()
    for _ in range(before + 2):
        with pytest.raises(Exception, match=r".") as caught:
            async with db.unit_of_work():
                pid = (await db.fetch("SELECT pg_backend_pid() AS pid"))[0]["pid"]
                await cut_off(pid)
                await db.fetch("SELECT 1")
        assert is_connection_fault(caught.value)
    assert await free_connections() == before
    assert await db.fetch("SELECT 1 AS one") == [{"one": 1}]


async def test_a_cancelled_request_gives_its_connection_back(own_database: None) -> None:
    before = await free_connections()

    async def slow() -> None:
        async with db.unit_of_work():
            await note("x")
            await db.fetch("SELECT pg_sleep(60)")

    task = asyncio.create_task(slow())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await free_connections() == before
    assert await notes() == []


async def test_only_a_missing_database_is_a_connection_fault(own_database: None) -> None:
    faults = [
        "postgresql://enishi@/enishi?host=/nonexistent",
        "postgresql://enishi@127.0.0.1:1/enishi",
    ]
    for dsn in faults:
        with pytest.raises(OSError, match=r".") as missing:
            await asyncpg.connect(dsn)
        assert is_connection_fault(missing.value)
    with pytest.raises(asyncpg.InterfaceError) as mistake:
        await db.fetch("SELECT $1::int")
    assert not is_connection_fault(mistake.value)
    assert not is_connection_fault(OSError("a disk of ours"))
    with pytest.raises(asyncpg.PostgresError) as unstorable:
        await db.fetch("SELECT $1::text", "a\0b")
    assert db.is_unstorable(unstorable.value)
    assert not is_connection_fault(unstorable.value)


async def test_raw_statements_see_the_unit_of_work_they_run_in() -> None:
    async with db.unit_of_work():
        await note("x")
        rows = await db.fetch("SELECT scope FROM kit_idempotency WHERE scope = $1", "x")
    assert rows == [{"scope": "x"}]


async def test_raw_statements_run_without_a_pool(
    own_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.DB, "pool", None)
    assert await db.fetch("SELECT 1 AS one") == [{"one": 1}]
    async with db.unit_of_work():
        assert await db.fetch("SELECT 2 AS two") == [{"two": 2}]


async def test_a_connection_cut_off_inside_a_savepoint_is_seen_as_that(own_database: None) -> None:
    with pytest.raises(Exception, match=r".") as caught:
        async with db.unit_of_work(), db.unit_of_work():
            pid = (await db.fetch("SELECT pg_backend_pid() AS pid"))[0]["pid"]
            await cut_off(pid)
            await db.fetch("SELECT 1")
    assert is_connection_fault(caught.value)
