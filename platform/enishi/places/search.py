"""Search of places by kanji, kana, romaji or variant spellings, also with the prefecture's name.

Whole names rank first, then prefixes, then inner parts; within each, places with more people. Whole
names and prefixes are looked up by binary search in a sorted list of normal forms; inner parts by
scanning one text of them, which stops at the limit.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from enishi.places.figures import shipped
from enishi.places.gazetteer import Gazetteer, gazetteer
from enishi.places.schemas import Found, Place
from enishi.places.spelling import keys, normalised, without_ending

LONGEST_QUERY = 60
_AFTER_ALL = "\U0010ffff"

Accept = Callable[[Place], bool]


class _Text:
    """The keys of all places in one text, one line for each place, in rank order."""

    def __init__(self, lines: Iterable[Iterable[str]]) -> None:
        # A key that is part of a longer key of its place is found with the longer one.
        kept = ["\x01".join(_not_inside(line)) + "\n" for line in lines]
        self._starts = [0]
        for line in kept:
            self._starts.append(self._starts[-1] + len(line))
        self._text = "".join(kept)

    def holding(self, query: str) -> Iterator[int]:
        """The numbers of the lines that contain the query, each once."""
        at = self._text.find(query)
        while at >= 0:
            following = bisect_right(self._starts, at)
            yield following - 1
            at = self._text.find(query, self._starts[following])


def _not_inside(line: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for key in sorted(line, key=len, reverse=True):
        if not any(key in longer for longer in kept):
            kept.append(key)
    return kept


@dataclass(frozen=True)
class _Index:
    """`names` is sorted; `ranks[i]` is the position in `places` of the place named `names[i]`."""

    places: tuple[Place, ...]
    names: tuple[str, ...]
    ranks: tuple[int, ...]
    japanese: _Text
    latin: _Text
    # (normal form, code) of each name of a prefecture, longest first.
    prefectures: tuple[tuple[str, str], ...]

    def named(self, query: str) -> Iterator[Place]:
        begin = bisect_left(self.names, query)
        for rank in self.ranks[begin : bisect_right(self.names, query, begin)]:
            yield self.places[rank]

    def matches(self, query: str) -> Iterator[Place]:
        """Places that match the query as a whole name, then as a prefix, then inside."""
        begin = bisect_left(self.names, query)
        whole = bisect_right(self.names, query, begin)
        end = bisect_left(self.names, query + _AFTER_ALL, whole)
        text = self.latin if query.isascii() else self.japanese
        for ranks in (
            self.ranks[begin:whole],
            sorted(self.ranks[whole:end]),
            text.holding(query),
        ):
            for rank in ranks:
                yield self.places[rank]


@cache
def _index() -> _Index:
    people = {code: classes.total for code, classes in shipped().classes.items()}
    return build(gazetteer(), people)


def build(places: Gazetteer, people: Mapping[str, int]) -> _Index:
    ordered = sorted(
        places.by_code.values(),
        key=lambda place: (place.valid_to is not None, -people.get(place.code, 0), place.code),
    )
    lines = [keys(place, places.by_code.get(place.parent_code or "")) for place in ordered]
    names = sorted((name, rank) for rank, line in enumerate(lines) for name in line)
    prefectures = [(name, place.code) for place in places.prefectures for name in keys(place, None)]
    return _Index(
        places=tuple(ordered),
        names=tuple(name for name, _ in names),
        ranks=tuple(rank for _, rank in names),
        japanese=_Text([name for name in line if not name.isascii()] for line in lines),
        latin=_Text([name for name in line if name.isascii()] for line in lines),
        prefectures=tuple(sorted(prefectures, key=lambda pair: -len(pair[0]))),
    )


def find(text: str, limit: int, accept: Accept) -> Found:
    """At most `limit` places for a text; none for an empty text."""
    query = normalised(text[:LONGEST_QUERY])
    found: dict[str, Place] = {}
    if query:
        index = _index()
        for needle, prefecture in _interpretations(index, query):
            for place in index.matches(needle):
                if prefecture not in (None, place.prefecture_code) or not accept(place):
                    continue
                found[place.code] = place
                if len(found) > limit:
                    return Found(places=tuple(found.values())[:limit], more=True)
            if found:
                break
    return Found(places=tuple(found.values()), more=False)


def named(text: str, accept: Accept) -> list[Place]:
    """The places of which the text is a whole name, also beside its prefecture's."""
    query = normalised(text[:LONGEST_QUERY])
    index = _index()
    found: dict[str, Place] = {}
    for needle, prefecture in _whole(index, query) if query else ():
        for place in index.named(needle):
            if prefecture in (None, place.prefecture_code) and accept(place):
                found[place.code] = place
    return list(found.values())


def _interpretations(index: _Index, query: str) -> Iterator[tuple[str, str | None]]:
    """Interpretations of a query, best first: the name to look up, and a prefecture's code or None.

    The whole query; then the rest beside a prefecture's name; last, both without the kind of
    municipality at the end, which may be the wrong one (日野市 for 日野町).
    """
    whole = list(_whole(index, query))
    yield from whole
    for needle, prefecture in whole:
        bare = without_ending(needle)
        if bare != needle:
            yield bare, prefecture


def _whole(index: _Index, query: str) -> Iterator[tuple[str, str | None]]:
    """The interpretations of a query that leave nothing of the name out."""
    yield query, None
    for name, code in index.prefectures:
        for rest in (query.removeprefix(name), query.removesuffix(name)):
            if rest and rest != query:
                yield rest, code
