"""A flush is due when it is worth a commit, and no vote waits long for others."""

import asyncio

import pytest

from enishi.consultations.voting import group_commit
from enishi.consultations.voting.group_commit import GroupCommitTimer


@pytest.fixture(autouse=True)
def _without_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps the delay from making a flush due on a slow machine."""
    monkeypatch.setattr(group_commit, "MAX_DELAY", 3600)


async def is_due(timer: GroupCommitTimer) -> bool:
    due = asyncio.create_task(timer.wait_until_due())
    for _ in range(3):
        await asyncio.sleep(0)
    due.cancel()
    await asyncio.gather(due, return_exceptions=True)
    return not due.cancelled()


def after_commit(batch: int, backlog: int, largest: int = 1000) -> GroupCommitTimer:
    """The timer after a commit of `batch` votes, during which `backlog` votes were queued."""
    timer = GroupCommitTimer()
    timer.vote_queued(1)
    timer.commit_started()
    for number in range(backlog):
        timer.vote_queued(number + 1)
    timer.commit_ended(batch, backlog, largest)
    return timer


async def test_a_single_vote_is_flushed_at_once() -> None:
    timer = GroupCommitTimer()
    assert not await is_due(timer)
    timer.vote_queued(1)
    assert await is_due(timer)


async def test_nothing_is_flushed_during_a_commit() -> None:
    timer = GroupCommitTimer()
    timer.vote_queued(1)
    timer.commit_started()
    timer.vote_queued(500)
    assert not await is_due(timer)
    timer.commit_ended(1, 500, 1000)
    assert await is_due(timer)


@pytest.mark.parametrize(("batch", "backlog", "threshold"), [(8, 7, 10), (16, 0, 10), (3, 0, 2)])
async def test_a_flush_waits_for_two_thirds_of_batch_and_backlog(
    batch: int, backlog: int, threshold: int
) -> None:
    timer = after_commit(batch, backlog)
    for queued in range(backlog + 1, threshold):
        timer.vote_queued(queued)
        assert not await is_due(timer)
    timer.vote_queued(threshold)
    assert await is_due(timer)


async def test_a_backlog_of_a_full_batch_is_flushed_at_once() -> None:
    assert await is_due(after_commit(1000, 1000, largest=1000))
    assert not await is_due(after_commit(1000, 1000, largest=10_000))


@pytest.mark.parametrize("backlog", [0, 3])
async def test_a_vote_below_the_threshold_is_flushed_after_the_delay(
    backlog: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "MAX_DELAY", 0.002)
    timer = after_commit(100, backlog)
    timer.vote_queued(backlog + 1)
    await asyncio.wait_for(timer.wait_until_due(), 60)
    timer.commit_started()
    timer.commit_ended(backlog + 1, 0, 1000)
    assert not await is_due(timer)


async def test_a_stopping_writer_flushes_without_delay() -> None:
    timer = after_commit(100, 5)
    assert not await is_due(timer)
    timer.flush_without_delay()
    assert await is_due(timer)
