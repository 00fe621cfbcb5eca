"""How often the page of a dialogue is shown: counted in memory, appended to the log by the minute.

No person, no address and no cookie is looked at. A process that is killed loses the minute it was
counting. What a cache before the site answers is not seen here; the site's own cache is.
"""

import asyncio
import re
from collections import Counter
from datetime import date

import structlog
from litestar.types import HTTPScope

from enishi.consultations.core.kinds import ActKind
from enishi.kit import clock, db
from enishi.kit.page_cache import OnShown

SECONDS = 60.0
_MACHINE = re.compile(rb"bot|crawl|spider|preview", re.IGNORECASE)

_log = structlog.get_logger(__name__)
_counted: Counter[tuple[str, date]] = Counter()
_due: list[asyncio.TimerHandle] = []
_writing: set[asyncio.Task[None]] = set()

_APPEND = """
INSERT INTO consultations_act (id, kind, consultation_id, channel, organisation_id, theme_code,
    place_code, identity_level, amount, happened_at)
SELECT gen_random_uuid(), $1, c.id, '', c.organisation_id, c.theme_code, c.place_code, 0, w.times,
    w.at
FROM unnest($2::text[], $3::integer[], $4::timestamptz[]) AS w (slug, times, at)
JOIN consultations_consultation c ON c.slug = w.slug AND c.published_at IS NOT NULL
"""


def count(slug: str) -> None:
    """One more showing of a dialogue's page. Costs no query; the first begins the minute."""
    _counted[slug, clock.today()] += 1
    if not _due:
        loop = asyncio.get_running_loop()
        _due.append(loop.call_later(SECONDS, _begin_writing))


def counter(slug: str) -> OnShown:
    """Counts each showing of a dialogue's page, called by the page cache."""

    def shown(scope: HTTPScope) -> None:
        if _is_for_somebody(scope):
            count(slug)

    return shown


def _is_for_somebody(scope: HTTPScope) -> bool:
    """Not a page that a browser fetches ahead, nor one for a machine that says what it is."""
    if scope["method"] != "GET":
        return False
    for name, value in scope["headers"]:
        if name == b"sec-purpose" and b"prefetch" in value:
            return False
        if name == b"user-agent" and _MACHINE.search(value):
            return False
    return True


def _begin_writing() -> None:
    _due.clear()
    task = asyncio.ensure_future(_write())
    _writing.add(task)
    task.add_done_callback(_writing.discard)


async def _write() -> None:
    try:
        await write()
    except Exception as error:  # noqa: BLE001 (a count that is lost must not end anything)
        _log.warning("consultations.views.lost", error=type(error).__name__)


async def write() -> None:
    """Append what was counted since the last time."""
    counted = dict(_counted)
    _counted.clear()
    if counted:
        await db.fetch(
            _APPEND,
            ActKind.SHOWN,
            [slug for slug, _ in counted],
            list(counted.values()),
            [clock.start_of_day(day) for _, day in counted],
        )


async def stop() -> None:
    """Append what was counted, before the process ends."""
    _call_off()
    await asyncio.gather(*_writing)
    await _write()


def discard() -> None:
    """Drop what was counted (between tests)."""
    _counted.clear()
    _call_off()


def _call_off() -> None:
    for timer in _due:
        timer.cancel()
    _due.clear()
