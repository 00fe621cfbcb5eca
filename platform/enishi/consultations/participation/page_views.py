"""Page views of consultations: counted in memory, appended to the activity log every minute.

No person, address or cookie is read. A process that is killed loses the current minute. Views
answered by a cache in front of the site are not counted; those from the site's own cache are.
"""

import asyncio
import re
from collections import Counter
from datetime import date
from functools import partial

import structlog
from litestar.types import HTTPScope

from enishi.consultations.core.kinds import ActKind
from enishi.kit import clock, db
from enishi.kit.page_cache import OnShown

SECONDS = 60.0  # between flushes
_BOT = re.compile(rb"bot|crawl|spider|preview", re.IGNORECASE)

_log = structlog.get_logger(__name__)
_counts: Counter[tuple[str, date]] = Counter()  # (slug, day) -> views since the last flush
_timers: list[asyncio.TimerHandle] = []  # at most one
_flushes: set[asyncio.Task[None]] = set()  # keeps running tasks from being collected

_APPEND = """
INSERT INTO consultations_act (id, kind, consultation_id, channel, organisation_id, theme_code,
    place_code, identity_level, amount, happened_at)
SELECT gen_random_uuid(), $1, c.id, '', c.organisation_id, c.theme_code, c.place_code, 0, w.times,
    w.at
FROM unnest($2::text[], $3::integer[], $4::timestamptz[]) AS w (slug, times, at)
JOIN consultations_consultation c ON c.slug = w.slug AND c.published_at IS NOT NULL
"""


def record(slug: str) -> None:
    """Count one view of a consultation's page. No query; the first view starts the timer."""
    _counts[slug, clock.today()] += 1
    if not _timers:
        _timers.append(asyncio.get_running_loop().call_later(SECONDS, _start_flush))


def recorder(slug: str) -> OnShown:
    """The callback of the page cache that counts the views of a consultation's page."""
    return partial(_record_request, slug)


def _record_request(slug: str, scope: HTTPScope) -> None:
    if _is_view(scope):
        record(slug)


def _is_view(scope: HTTPScope) -> bool:
    """A GET that is no prefetch of a browser, and of no bot that identifies itself."""
    if scope["method"] != "GET":
        return False
    for name, value in scope["headers"]:
        if name == b"sec-purpose" and b"prefetch" in value:
            return False
        if name == b"user-agent" and _BOT.search(value):
            return False
    return True


def _start_flush() -> None:
    _timers.clear()
    task = asyncio.ensure_future(_flush_or_log())
    _flushes.add(task)
    task.add_done_callback(_flushes.discard)


async def _flush_or_log() -> None:
    try:
        await flush()
    except Exception as error:  # noqa: BLE001 (lost counts must not stop the process)
        _log.warning("consultations.views.lost", error=type(error).__name__)


async def flush() -> None:
    """Append the counts since the last flush to the activity log, a row for each page and day."""
    counts = dict(_counts)
    _counts.clear()
    if counts:
        await db.fetch(
            _APPEND,
            ActKind.SHOWN,
            [slug for slug, _ in counts],
            list(counts.values()),
            [clock.start_of_day(day) for _, day in counts],
        )


async def stop() -> None:
    """Flush before the process ends."""
    _cancel_timer()
    await asyncio.gather(*_flushes)
    await _flush_or_log()


def discard() -> None:
    """Drop the counts (between tests)."""
    _counts.clear()
    _cancel_timer()


def _cancel_timer() -> None:
    for timer in _timers:
        timer.cancel()
    _timers.clear()
