"""Batches leave when they are worth a commit, and nobody waits long for the others."""

import asyncio

import pytest

from enishi.consultations.voting import group_commit
from enishi.consultations.voting.group_commit import GroupCommitTimer


@pytest.fixture(autouse=True)
def _nobody_lingers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a slow machine would let a batch leave by its timer."""
    monkeypatch.setattr(group_commit, "LINGER", 3600)


async def is_due(batches: GroupCommitTimer) -> bool:
    leaving = asyncio.create_task(batches.wait())
    for _ in range(3):
        await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    return not leaving.cancelled()


def back_from(carried: int, waiting: int, largest: int = 1000) -> GroupCommitTimer:
    batches = GroupCommitTimer()
    batches.call(1)
    batches.leave()
    for number in range(waiting):
        batches.call(number + 1)
    batches.come_back(carried, waiting, largest)
    return batches


async def test_a_lone_vote_leaves_at_once() -> None:
    batches = GroupCommitTimer()
    assert not await is_due(batches)
    batches.call(1)
    assert await is_due(batches)


async def test_nothing_leaves_while_a_batch_is_under_way() -> None:
    batches = GroupCommitTimer()
    batches.call(1)
    batches.leave()
    batches.call(500)
    assert not await is_due(batches)
    batches.come_back(1, 500, 1000)
    assert await is_due(batches)


@pytest.mark.parametrize(("carried", "waiting", "enough"), [(8, 7, 10), (16, 0, 10), (3, 0, 2)])
async def test_a_batch_waits_for_two_thirds_of_those_who_were_about(
    carried: int, waiting: int, enough: int
) -> None:
    batches = back_from(carried, waiting)
    for votes in range(waiting + 1, enough):
        batches.call(votes)
        assert not await is_due(batches)
    batches.call(enough)
    assert await is_due(batches)


async def test_more_than_one_batch_can_carry_leave_at_once() -> None:
    assert await is_due(back_from(1000, 1000, largest=1000))
    assert not await is_due(back_from(1000, 1000, largest=10_000))


@pytest.mark.parametrize("waiting", [0, 3])
async def test_a_straggler_does_not_wait_for_who_went_home(
    waiting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "LINGER", 0.002)
    batches = back_from(100, waiting)
    batches.call(waiting + 1)
    await asyncio.wait_for(batches.wait(), 60)
    batches.leave()
    batches.come_back(waiting + 1, 0, 1000)
    assert not await is_due(batches)


async def test_the_last_call_waits_for_nobody() -> None:
    batches = back_from(100, 5)
    assert not await is_due(batches)
    batches.call_last()
    assert await is_due(batches)
