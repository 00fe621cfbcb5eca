"""Group commit: when the vote writer flushes its queue.

A commit costs the same for six votes as for twelve. Under load the voters of the last batch vote
again within milliseconds of its commit, so waiting for most of them makes fewer and larger
commits than flushing what was queued during the last commit. A single vote is flushed at once.
"""

import asyncio

MAX_DELAY = 0.002  # seconds from the first queued vote to the flush


class GroupCommitTimer:
    """Flush when the queue reaches 2/3 of (last batch + backlog), or 2 ms after the first vote.

    The backlog is the number of votes that were queued during the last commit. One commit runs at a
    time; votes that are queued meanwhile are flushed after it.
    """

    def __init__(self) -> None:
        self._due = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._is_committing = False
        self._threshold = 1  # queued votes that make a flush due

    async def wait_until_due(self) -> None:
        await self._due.wait()

    def vote_queued(self, queued: int) -> None:
        """Call after each queued vote with the length of the queue."""
        if self._is_committing:
            return
        if queued >= self._threshold:
            self._due.set()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(MAX_DELAY, self._due.set)

    def flush_without_delay(self) -> None:
        """Make the next flush due as soon as no commit runs: the writer stops, no votes follow."""
        self._threshold = 1
        self._due.set()

    def commit_started(self) -> None:
        self._is_committing = True
        self._due.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def commit_ended(self, batch: int, backlog: int, largest: int) -> None:
        """`batch`: votes committed; `backlog`: votes queued meanwhile; `largest`: batch limit."""
        self._is_committing = False
        self._threshold = max(1, min(largest, (batch + backlog) * 2 // 3))
        if backlog:
            self.vote_queued(backlog)
