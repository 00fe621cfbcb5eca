"""The file of a draw, as JSON lines: one for the draw, then one for each entry.

Described for others in docs/draw.md; a change of it is a new version in `format`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from enishi.programmes.allocation.draws.entries import Entry
from enishi.programmes.allocation.draws.outcome import Official, Outcome
from enishi.programmes.allocation.draws.rule import (
    FORMAT,
    LARGEST_PARTY,
    MOST_ENTRIES,
    MOST_WEIGHT,
)

MEDIA_TYPE = "application/x-ndjson"
Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Code = Annotated[str, Meta(pattern="^[a-z*][a-z_]{0,19}$")]
Number = Annotated[str, Meta(pattern="^[0-9A-Za-z]{1,128}$")]
T = TypeVar("T")


class DrawFileError(ValueError):
    """A line cannot be read. `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line


class OfficialLine(Struct, frozen=True, forbid_unknown_fields=True):
    commitment: Hash | None
    number: Number | None


class Header(Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of the file, of which nothing was checked but its form."""

    format: Literal["enishi-draw/1"]
    rule: str
    rule_hash: Hash
    entries: Annotated[int, Meta(ge=0, le=MOST_ENTRIES)]
    entries_hash: Hash
    officials: tuple[OfficialLine, OfficialLine]
    seed: Hash

    @property
    def as_counted(self) -> tuple[Official, Official]:
        first, second = (Official(each.commitment, each.number) for each in self.officials)
        return first, second


class Line(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One entry as the file has it. `hash`, `rank` (from 1) and `placed` are what it claims."""

    id: Hash
    size: Annotated[int, Meta(ge=1, le=LARGEST_PARTY)]
    weight: Annotated[int, Meta(ge=1, le=MOST_WEIGHT)]
    stratum: Code
    hash: Hash
    rank: Annotated[int, Meta(ge=1, le=MOST_ENTRIES)]
    placed: bool

    @property
    def entry(self) -> Entry:
        return Entry(self.id, self.size, self.weight, self.stratum)


_HEADER = msgspec.json.Decoder(Header)
_LINE = msgspec.json.Decoder(Line)


def written(outcome: Outcome) -> Iterator[str]:
    """The lines of the file, each with its line feed; entries in the order of their ids."""
    yield _json(
        {
            "format": FORMAT,
            "rule": outcome.rule_text,
            "rule_hash": outcome.rule_hash,
            "entries": len(outcome.entries),
            "entries_hash": outcome.entries_hash,
            "officials": [
                {"commitment": each.commitment, "number": each.number} for each in outcome.officials
            ],
            "seed": outcome.seed,
        }
    )
    columns = zip(outcome.entries, outcome.hashes, outcome.ranks, outcome.has_place, strict=True)
    for entry, digest, rank, placed in columns:
        yield _json(entry._asdict() | {"hash": digest, "rank": rank, "placed": placed})


def read(lines: Iterable[str]) -> tuple[Header, list[Line]]:
    """The file without any check of its hashes. Raises DrawFileError for the first bad line."""
    numbered = enumerate(lines, start=1)
    header = _parsed(_HEADER, *next(numbered, (1, "")))
    found: list[Line] = []
    for number, text in numbered:
        if number > MOST_ENTRIES + 1:
            raise DrawFileError(number, f"more than {MOST_ENTRIES:,} entries")
        found.append(_parsed(_LINE, number, text))
    return header, found


def _parsed(decoder: "msgspec.json.Decoder[T]", number: int, text: str) -> T:
    try:
        return decoder.decode(text)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise DrawFileError(number, str(error)) from error


def _json(row: Mapping[str, Any]) -> str:
    return json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n"
