"""Requests whose body arrives too slowly are given up, so that they do not hold a process's memory.

The server cuts connections whose headers do not arrive (`servers/web.py`); the body is ours. A body
must be complete after FIRST_SECONDS and one second more for each LEAST_RATE bytes.

One timer a process looks at all requests that wait, because a timer for each would cost a vote
about as much as reading it.
"""

import asyncio

from litestar.types import HTTPReceiveMessage, Receive

from enishi.kit.errors import EnishiError
from enishi.kit.i18n import gettext_lazy

FIRST_SECONDS = 20.0
LEAST_RATE = 4096  # bytes a second: a slow mobile network
_LOOK_SECONDS = 1.0
WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})


class SlowBodyError(EnishiError):
    status_code = 408
    message = gettext_lazy(
        "時間内に届かなかったため、受け付けられませんでした。通信の状態のよいところで、もう一度お試しください。"
    )


class _Waiting:
    """A task that waits for a part of a body until the loop's time `until`."""

    __slots__ = ("is_late", "task", "until")

    def __init__(self, task: asyncio.Task[object], until: float) -> None:
        self.task, self.until, self.is_late = task, until, False


_waiting: set[_Waiting] = set()
_looking: asyncio.AbstractEventLoop | None = None  # whose timer runs


def in_time(receive: Receive) -> Receive:
    """The same `receive`, which raises SlowBodyError when the body takes too long."""
    loop = asyncio.get_running_loop()
    until = loop.time() + FIRST_SECONDS
    is_complete = False

    async def limited() -> HTTPReceiveMessage:
        # One coroutine, without helpers that wait: every vote comes through here.
        nonlocal until, is_complete
        if is_complete:  # from here on it waits for the end of the connection
            return await receive()  # type: ignore[return-value]  # only HTTP requests come here
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a request is handled in a task")
        _look_later(loop)
        waiting = _Waiting(task, until)
        _waiting.add(waiting)
        try:
            message = await receive()
        except asyncio.CancelledError:
            if waiting.is_late and task.uncancel() == 0:
                raise SlowBodyError from None
            raise
        finally:
            _waiting.discard(waiting)
        if message["type"] != "http.request" or not message.get("more_body", False):
            is_complete = True
        else:
            until += len(message.get("body", b"")) / LEAST_RATE
        return message  # type: ignore[return-value]  # as above

    return limited


def _look_later(loop: asyncio.AbstractEventLoop) -> None:
    global _looking  # noqa: PLW0603 (one timer for each process)
    if _looking is not loop:
        _looking = loop
        loop.call_later(_LOOK_SECONDS, _look, loop)


def _look(loop: asyncio.AbstractEventLoop) -> None:
    global _looking  # noqa: PLW0603 (as above)
    _looking = None
    now = loop.time()
    for waiting in _waiting:
        if waiting.until < now and not waiting.is_late:
            waiting.is_late = True
            waiting.task.cancel()
    if _waiting:
        _look_later(loop)
