"""Kept pages that are served past their time while the database cannot be read.

Without them the same address answered 200 and 503 in turns, although a copy was in memory. Each
copy says as of when it is. While the database is away, one request every few seconds tries it
(half-open circuit breaker); the others get their copies without waiting for it.
"""

import re
import time
from dataclasses import dataclass
from datetime import timedelta

from enishi.kit import clock, page_cache
from enishi.kit.page_cache import Page, Scope

_RETRY_SECONDS = 3.0
_TEMPLATE = "errors/_stale.html"
# Where the result of an action is shown too; a page without it says nothing beside its age.
_NOTICES = re.compile(rb'<div id="notices"[^>]*>')


@dataclass(frozen=True)
class StalePage:
    """A copy, with the headers to answer it with."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


class _Outage:
    """What this process knows of the database: whether it was away when it was last asked."""

    def __init__(self) -> None:
        self._retry_at: float | None = None

    def began(self) -> None:
        self._retry_at = time.monotonic() + _RETRY_SECONDS

    def ended(self) -> None:
        self._retry_at = None

    def spares(self) -> bool:
        """Whether a request is to be answered without the database; not if it is to try it."""
        if self._retry_at is None:
            return False
        if time.monotonic() < self._retry_at:
            return True
        self.began()
        return False


_outage = _Outage()
database_answered = _outage.ended
"""Call it when a page was rendered from the database."""


def find_in_outage(scope: Scope) -> StalePage | None:
    """The copy of a GET request's page, if the database was away a moment ago."""
    if _outage.spares() and (page := page_cache.peek_stale(scope)):
        return _shown(page, scope)
    return None


def find_after_fault(scope: Scope) -> StalePage | None:
    """The copy of a GET request's page, which the database could not be read for."""
    _outage.began()
    page = page_cache.peek_stale(scope)
    return _shown(page, scope) if page else None


def _shown(page: Page, scope: Scope) -> StalePage:
    page.on_shown(scope)
    rendered_at = page.rendered_at
    notice = page_cache.render(_TEMPLATE, {"rendered_at": rendered_at}).encode()
    body = _NOTICES.sub(lambda found: found[0] + notice, page.body, count=1)
    age = max(0, (clock.now() - rendered_at) // timedelta(seconds=1))
    headers = (
        ("age", str(age)),
        ("cache-control", "no-cache"),
        ("content-type", "text/html; charset=utf-8"),
    )
    return StalePage(body, headers)
