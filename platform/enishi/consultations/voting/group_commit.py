"""When a batch of votes leaves: once it is worth a commit, and soon in any case.

A commit costs the same whether it carries six votes or twelve. So while many vote, a batch
leaves when two thirds of those are back that the last one carried or left behind, instead of
with whoever came during the last commit; a lone vote leaves at once.
"""

import asyncio

LINGER = 0.002  # seconds the first waits for the others, at most


class GroupCommitTimer:
    """One batch is under way at a time; who comes meanwhile waits for its return."""

    def __init__(self) -> None:
        self._due = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._is_away = False
        self._enough = 1

    async def wait(self) -> None:
        """Return when the next batch is to leave."""
        await self._due.wait()

    def call(self, waiting: int) -> None:
        """Tell how many wait, after each that has come."""
        if self._is_away:
            return
        if waiting >= self._enough:
            self._due.set()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LINGER, self._due.set)

    def call_last(self) -> None:
        """Have the next batch leave as soon as the last one is back: no more will come."""
        self._enough = 1
        self._due.set()

    def leave(self) -> None:
        self._is_away = True
        self._due.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def come_back(self, carried: int, waiting: int, largest: int) -> None:
        """Tell how many the batch carried and how many came meanwhile."""
        self._is_away = False
        self._enough = max(1, min(largest, (carried + waiting) * 2 // 3))
        if waiting:
            self.call(waiting)
