"""Answered requests: counted and logged together, all those of a moment at once.

At each request it would take an eighth of the time of a vote: by the next one, what it needs has
left the processor's caches.
"""

import asyncio
import atexit
from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from enishi.kit import logs, metrics

_SECONDS = 0.05


class Answer(NamedTuple):
    """A request that was answered: its route's pattern and never its address."""

    at: datetime
    request_id: str
    method: str
    route: str
    status: int
    seconds: float
    is_logged: bool


class _Answers:
    def __init__(self) -> None:
        self._waiting: list[Answer] = []
        self._due_in: asyncio.AbstractEventLoop | None = None

    def note(self, answer: Answer) -> None:
        self._waiting.append(answer)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # outside a server there is no later
            self.flush()
            return
        if loop is not self._due_in:
            self._due_in = loop
            loop.call_later(_SECONDS, self.flush)

    def flush(self) -> None:
        self._due_in = None
        answers, self._waiting = self._waiting, []
        _count(answers)
        logs.write_requests([_line_of(each) for each in answers if each.is_logged])


_answers = _Answers()
note = _answers.note
"""Count a request and log it, within a twentieth of a second."""
flush = _answers.flush
"""Count and log what still waits: before figures are shown, and when a process ends."""
atexit.register(flush)


def _count(answers: list[Answer]) -> None:
    alike: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for answer in answers:
        alike[answer.method, answer.route, answer.status].append(answer.seconds)
    for (method, route, status), seconds in alike.items():
        metrics.observe_requests(method, route, status, seconds)


def _line_of(answer: Answer) -> logs.RequestLine:
    return logs.RequestLine(
        event="web.request.answered",
        timestamp=answer.at,
        method=answer.method,
        route=answer.route,
        status=answer.status,
        milliseconds=round(answer.seconds * 1000, 1),
        request_id=answer.request_id,
    )
