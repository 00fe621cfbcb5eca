"""Public lists of programmes: rows, numbers and what else could be found."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from enishi.kit import clock, db, folding
from enishi.kit.pagination import Page
from enishi.places import queries as places
from enishi.programmes.finding import arrays
from enishi.programmes.finding.arrays import Listed, Mask
from enishi.programmes.finding.counts import Counts, counts
from enishi.programmes.finding.counts import count_by_municipality as counted_places
from enishi.programmes.finding.folded import FOLDED_WORD
from enishi.programmes.finding.search import Numbers, Search
from enishi.programmes.listings.filters import ProgrammeFilter
from enishi.programmes.listings.queries.rows import read_row
from enishi.programmes.listings.schemas import ProgrammeRow
from enishi.programmes.listings.visibility import IS_LISTED

LIST_SIZE = 20
_LONGEST_FEED = 50
_BYTES_OF_ID = 16

# $3: the sessions that meet the conditions; NULL means all.
_ROWS = f"""
SELECT p.id, p.slug, p.municipality_code, p.kind, p.title, p.summary, p.host_name, p.fee_adult,
    p.fee_child, p.pay_per_hour, p.wheelchair, p.minors, p.is_sample, p.published_at,
    p.changed_at, s.*
FROM programmes_programme p
CROSS JOIN LATERAL (
    SELECT min(starts_at) AS next_start,
        (array_agg(ends_at ORDER BY starts_at))[1] AS next_end,
        count(*) AS sessions,
        count(*) FILTER (WHERE is_open AND is_free_for_all AND taken < capacity) AS with_places,
        count(*) FILTER (WHERE is_open AND waiting < waiting_limit) AS with_queue,
        count(*) FILTER (WHERE opens_at <= $1 AND $1 < draw_closes_at AND selection = 'draw')
            AS with_draw,
        coalesce(max(capacity - taken) FILTER (WHERE is_open AND is_free_for_all), 0) AS most_free,
        min(opens_at) FILTER (WHERE $1 < opens_at) AS opens_at
    FROM (SELECT *, opens_at <= $1 AND $1 < closes_at AND selection = 'first_come' AS is_open,
            waiting = 0 OR first_come_from <= $1 AS is_free_for_all FROM programmes_session
          WHERE programme_id = p.id AND state = 'planned' AND starts_at > $1
            AND ($3::uuid[] IS NULL OR id = ANY($3))) coming
) s
WHERE p.id = ANY($2) AND {IS_LISTED} AND s.sessions > 0
"""  # noqa: S608 (the predicate is a constant)

# For each keyword the ids of the programmes that contain it, as bytes one after another.
_WITH_WORDS = f"""
SELECT word.no, string_agg(uuid_send(p.id), ''::bytea) AS ids
FROM (SELECT no, {FOLDED_WORD} AS folded
      FROM unnest($1::text[]) WITH ORDINALITY AS given (word, no)) AS word
JOIN programmes_programme p ON strpos(p.search_text, word.folded) > 0
WHERE {IS_LISTED} GROUP BY word.no
"""  # noqa: S608 (made of constants)


@dataclass(frozen=True)
class Loosened:
    """What one condition less would find. `name`: the condition."""

    name: str
    total: int


@dataclass(frozen=True)
class Browsed:
    """A page of the list, its number of programmes, those beside each option.

    `loosened` is for an empty list: each condition without which there is something.
    """

    page: Page[ProgrammeRow]
    total: int
    counts: Counts
    loosened: list[Loosened]


async def browse(wanted: ProgrammeFilter, cursor: str | None, months: Iterable[str]) -> Browsed:
    """The list with its counts. At most two statements: the keywords, and the rows.

    Raises NotFoundError for a cursor that is none.
    """
    search = await _search(wanted)
    return Browsed(
        await _page(search, cursor, LIST_SIZE),
        search.total,
        counts(search, months),
        [] if search.total else _loosened(search),
    )


async def list_public(
    wanted: ProgrammeFilter, cursor: str | None = None, size: int = LIST_SIZE
) -> Page[ProgrammeRow]:
    """Published programmes with a coming session, in the order of the filter."""
    return await _page(await _search(wanted), cursor, size)


async def list_coming(municipality_codes: Collection[str], each: int) -> list[ProgrammeRow]:
    """Coming programmes of several municipalities, at most `each` for one, by the next start."""
    search = await _search(ProgrammeFilter())
    codes = search.listed.programmes["municipality"]
    here = search.found & np.isin(codes, [int(code) for code in municipality_codes])
    numbers = np.flatnonzero(here)
    taken: Counter[int] = Counter()
    chosen = []
    for number in numbers[np.lexsort((numbers, search.next_start[numbers]))]:
        code = int(codes[number])
        if taken[code] < each:
            taken[code] += 1
            chosen.append(number)
    return await _rows(search, np.array(chosen, np.intp))


async def list_latest(wanted: ProgrammeFilter, size: int = _LONGEST_FEED) -> list[ProgrammeRow]:
    """The programmes of `list_public` by date of publication, the newest first: for feeds."""
    search = await _search(wanted.model_copy(update={"sort": "new"}))
    numbers, _ = search.page(None, size)
    return await _rows(search, numbers)


async def count_public(wanted: ProgrammeFilter) -> int:
    return (await _search(wanted)).total


async def count_by_municipality() -> dict[str, int]:
    """Municipality code -> number of its programmes in the unfiltered list."""
    return counted_places(await _search(ProgrammeFilter()))


async def _search(wanted: ProgrammeFilter) -> Search:
    listed = await arrays.listed()
    words = await _with_words(listed, wanted.words) if wanted.words else None
    return Search(listed, wanted, clock.now(), words)


def _loosened(search: Search) -> list[Loosened]:
    found = [Loosened(name, search.without(name).total) for name in search.wanted.names]
    return sorted((each for each in found if each.total), key=lambda each: -each.total)


async def _page(search: Search, cursor: str | None, size: int) -> Page[ProgrammeRow]:
    numbers, after = search.page(cursor, size)
    return Page(await _rows(search, numbers), after)


async def _rows(search: Search, numbers: Numbers) -> list[ProgrammeRow]:
    """Programmes as they are now, in this order; one that was closed meanwhile is left out."""
    if not len(numbers):
        return []
    ids = [uuid.UUID(bytes=each) for each in search.listed.ids(numbers)]
    rows = await db.fetch(_ROWS, clock.now(), ids, _sessions(search, numbers))
    by_id = {row["id"]: row for row in rows}
    return [
        ProgrammeRow.model_validate(read_row(by_id[each], "title", "summary"))
        for each in ids
        if each in by_id
    ]


def _sessions(search: Search, numbers: Numbers) -> list[uuid.UUID] | None:
    """The ids of the sessions that meet the conditions; None without conditions on sessions."""
    if not search.narrows_sessions:
        return None
    ids, met = search.listed.sessions["session"], search.sessions()
    places_of = (search.listed.sessions_of(int(number)) for number in numbers)
    return [
        uuid.UUID(bytes=each.tobytes()) for where in places_of for each in ids[where][met[where]]
    ]


async def _with_words(listed: Listed, words: list[str]) -> Mask:
    """The programmes whose texts or whose municipality contain each of the words."""
    rows = await db.fetch(_WITH_WORDS, words)
    containing = {row["no"]: row["ids"] for row in rows}
    number_of = listed.number_of
    met = np.ones(len(listed.first), np.bool_)
    for no, word in enumerate(words, 1):
        packed = containing.get(no, b"")
        here = _at_places(listed, folding.fold(word))
        ids = (packed[at : at + _BYTES_OF_ID] for at in range(0, len(packed), _BYTES_OF_ID))
        here[[number for each in ids if (number := number_of.get(each)) is not None]] = True
        met &= here
    return met


def _at_places(listed: Listed, folded: str) -> Mask:
    codes, where = listed.codes("municipality")
    fits = np.array([folded in _folded_name(int(code)) for code in codes], np.bool_)
    return fits[where]


@lru_cache(maxsize=4096)
def _folded_name(code: int) -> str:
    place = places.find_place(f"{code:06}")
    return folding.fold(place.label) if place else ""
