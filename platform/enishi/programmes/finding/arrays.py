"""The coming sessions of all listed programmes as arrays: what lists, filters and counts read.

A filter with counts beside each option looks at every listed session. In SQL that is a tenth of a
second of the database at 100,000 sessions, for each of the many addresses that filters have; over
arrays it is a few milliseconds of this process. The arrays are loaded by one COPY in one snapshot
and kept as long as public pages are. Rows that are shown are read from the tables again, through
the same predicate, so a programme that was closed meanwhile is not shown.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from enishi.kit import clock, db, page_cache
from enishi.kit.binary_copy import Records, read_records, row_layout
from enishi.kit.cache import SharedCache
from enishi.kit.connections import statement_seconds
from enishi.programmes.listings.tables import ProgrammeKind
from enishi.programmes.listings.visibility import IS_LISTED
from enishi.themes.queries import list_national_themes

Mask = npt.NDArray[np.bool_]
T = TypeVar("T")
Integers = npt.NDArray[np.int64]

KINDS = tuple(kind.value for kind in ProgrammeKind)
NO_LIMIT = np.iinfo(np.int16).max  # of age
UNKNOWN_FEE = -1
_MOST_WORKED_OUT = 16
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # of PostgreSQL's timestamps
_DAYS_TO_EPOCH = (_EPOCH.date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days
_JAPAN = 9 * 3_600_000_000  # microseconds; Japan has no summer time
_DAY = 24 * 3_600_000_000

_OF_PROGRAMME = [
    ("programme", "V16"), ("municipality", "i4"), ("prefecture", "i4"), ("kind", "i2"),
    ("theme", "i2"), ("fee_adult", "i4"), ("fee_child", "i4"), ("age_min", "i2"),
    ("age_max", "i2"), ("admits_minors", "?"), ("wheelchair", "?"), ("published", "i8"),
]  # fmt: skip
_OF_SESSION = [
    ("session", "V16"), ("starts", "i8"), ("ends", "i8"), ("opens", "i8"), ("closes", "i8"),
    ("first_come_from", "i8"), ("capacity", "i4"), ("taken", "i4"), ("waiting", "i4"),
]  # fmt: skip
_LAYOUT = row_layout(np.dtype([*_OF_PROGRAMME, *_OF_SESSION]))
# Before its draw a session has no places for whoever comes first: as one that takes nobody.
_LOAD = f"""
SELECT p.id, p.municipality_code::int4, p.prefecture_code::int4,
    coalesce(array_position($2::text[], p.kind::text), 0)::int2,
    coalesce(array_position($3::text[], p.theme_code::text), 0)::int2,
    coalesce(p.fee_adult, {UNKNOWN_FEE}), coalesce(p.fee_child, p.fee_adult, {UNKNOWN_FEE}),
    coalesce(p.age_min, 0)::int2, coalesce(p.age_max, {NO_LIMIT})::int2,
    p.minors IN ('accompanied', 'with_consent'), p.wheelchair, p.published_at,
    s.id, s.starts_at, s.ends_at, s.opens_at,
    CASE WHEN s.selection = 'draw' THEN s.opens_at ELSE s.closes_at END,
    s.first_come_from, s.capacity, s.taken, s.waiting
FROM programmes_session s JOIN programmes_programme p ON p.id = s.programme_id
WHERE {IS_LISTED} AND s.state = 'planned' AND s.starts_at > $1
ORDER BY p.id, s.starts_at, s.id
"""  # noqa: S608 (made of constants)


@dataclass(frozen=True)
class Listed:
    """Listed programmes with their coming sessions, ordered by programme id and start.

    `programmes` has one record a programme, `sessions` one a session. `first[n]` is the first
    session of programme n; each has one at least. `themes` are the slugs of national themes, and
    `theme` and `kind` count from 1 in them and in KINDS. Instants are microseconds since 2000 in
    UTC; `first_day` and `last_day` are days since 1970 in Japan.
    """

    programmes: npt.NDArray[np.void]
    sessions: npt.NDArray[np.void]
    first: npt.NDArray[np.intp]
    themes: tuple[str, ...]
    first_day: Integers
    last_day: Integers
    _worked_out: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, records: npt.NDArray[np.void], themes: tuple[str, ...]) -> "Listed":
        """From the records of the COPY, in their order."""
        ids = np.ascontiguousarray(records["programme"]).view(">u8").reshape(-1, 2)
        is_first = np.ones(len(records), np.bool_)
        is_first[1:] = (ids[1:] != ids[:-1]).any(axis=1)
        first = np.flatnonzero(is_first)
        sessions = _native(records, [name for name, _ in _OF_SESSION])
        return cls(
            programmes=_native(records[first], [name for name, _ in _OF_PROGRAMME]),
            sessions=sessions,
            first=first,
            themes=themes,
            first_day=_day(sessions["starts"]),
            last_day=_day(sessions["ends"] - 1),  # one that ends at midnight is not of that day
        )

    @cached_property
    def number_of(self) -> dict[bytes, int]:
        """The number of a programme by its id."""
        ids = self.ids(np.arange(len(self.first)))
        return {programme_id: number for number, programme_id in enumerate(ids)}

    def once(self, key: str, work: Callable[[], T]) -> T:
        """What the arrays alone decide, worked out at the first request; a few results are kept."""
        if key not in self._worked_out:
            if len(self._worked_out) >= _MOST_WORKED_OUT:
                self._worked_out.clear()
            self._worked_out[key] = work()
        found: T = self._worked_out[key]
        return found

    def codes(self, name: str) -> tuple[npt.NDArray[Any], npt.NDArray[np.intp]]:
        """The different codes of a column of programmes, and which of them each programme has."""
        return self.once(name, lambda: np.unique(self.programmes[name], return_inverse=True))

    def any_session(self, sessions: Mask) -> Mask:
        """Per programme: whether one of its sessions is in the mask."""
        if not len(self.first):
            return np.zeros(0, np.bool_)
        return np.logical_or.reduceat(sessions, self.first)

    def ids(self, numbers: npt.NDArray[np.intp]) -> list[bytes]:
        """The ids of programmes, 16 bytes each."""
        return [self.programmes["programme"][number].tobytes() for number in numbers]

    def sessions_of(self, number: int) -> slice:
        """Where the sessions of a programme lie."""
        is_last = number + 1 == len(self.first)
        end = len(self.sessions) if is_last else int(self.first[number + 1])
        return slice(int(self.first[number]), end)


def microseconds(instant: datetime) -> int:
    """An instant as the arrays hold it."""
    since = instant - _EPOCH
    return since.days * _DAY + since.seconds * 1_000_000 + since.microseconds


def _day(instants: npt.NDArray[Any]) -> Integers:
    days: Integers = (instants.astype(np.int64) + _JAPAN) // _DAY + _DAYS_TO_EPOCH
    return days


def _native(records: npt.NDArray[np.void], names: list[str]) -> npt.NDArray[np.void]:
    """Some columns in the byte order of this machine, without the lengths of the fields."""
    kinds = [(name, records.dtype[name].newbyteorder("=")) for name in names]
    made = np.empty(len(records), np.dtype(kinds))
    for name in names:
        made[name] = records[name]
    return made


_kept: SharedCache[Listed] = SharedCache(seconds=page_cache.SECONDS, size=1)


async def listed() -> Listed:
    """The arrays, loaded at most `page_cache.SECONDS` ago; renewed ahead while they are in use.

    Inside a unit of work they are not renewed ahead: its connection does one thing at a time.
    """
    ahead = None if db.DB.transaction_exists() else _load
    return _kept.peek("", ahead) or await _kept.get("", _load)


def invalidate() -> None:
    """Cache invalidation for tests, which write programmes behind the cache."""
    _kept.invalidate()


def _copied(records: Records) -> Records:
    return records  # a view of the batch, which nothing else writes


async def _load() -> Listed:
    themes = tuple(each.slug for each in await list_national_themes())
    # A COPY needs the connection itself, which only a unit of work hands out.
    async with asyncio.timeout(statement_seconds()), db.unit_of_work():
        transaction: Any = db.DB.current_transaction.get()
        batches = await read_records(
            transaction.connection, _LOAD, clock.now(), list(KINDS), list(themes),
            layout=_LAYOUT, convert=_copied,
        )  # fmt: skip
    records = np.concatenate(batches) if batches else np.zeros(0, _LAYOUT.record)
    return await asyncio.to_thread(Listed.of, records, themes)
