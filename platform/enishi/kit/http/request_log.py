"""Metrics and log lines of answered requests, batched every 50 ms.

Done for each request it cost 12 % of a vote: by the next request the code and data of metrics and
logging have left the processor's caches.
"""

import asyncio
import atexit
from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from enishi.kit import logs, metrics

_SECONDS = 0.05


class AnsweredRequest(NamedTuple):
    """An answered request: the pattern of its route, never its address."""

    at: datetime
    request_id: str
    method: str
    route: str
    status: int
    seconds: float
    is_logged: bool


class _Batch:
    def __init__(self) -> None:
        self._requests: list[AnsweredRequest] = []
        self._scheduled_in: asyncio.AbstractEventLoop | None = None

    def add(self, request: AnsweredRequest) -> None:
        self._requests.append(request)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no event loop, so no timer: outside a server
            self.flush()
            return
        if loop is not self._scheduled_in:
            self._scheduled_in = loop
            loop.call_later(_SECONDS, self.flush)

    def flush(self) -> None:
        self._scheduled_in = None
        requests, self._requests = self._requests, []
        _observe(requests)
        logs.write_requests([_line_of(each) for each in requests if each.is_logged])


_batch = _Batch()
add = _batch.add
"""Count and log a request, within 50 ms."""
flush = _batch.flush
"""Write the batch now: before metrics are read, and when the process ends."""
atexit.register(flush)


def _observe(requests: list[AnsweredRequest]) -> None:
    seconds_of: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for request in requests:
        seconds_of[request.method, request.route, request.status].append(request.seconds)
    for (method, route, status), seconds in seconds_of.items():
        metrics.observe_requests(method, route, status, seconds)


def _line_of(request: AnsweredRequest) -> logs.RequestLine:
    return logs.RequestLine(
        event="web.request.answered",
        timestamp=request.at,
        method=request.method,
        route=request.route,
        status=request.status,
        milliseconds=round(request.seconds * 1000, 1),
        request_id=request.request_id,
    )
