"""The Polis export set of a final run: files with the names and columns that Polis gives them.

Ids of participants are their places in the order drawn for the run, ids of authors are drawn
separately, and votes have days: nothing here leads to a person or to another file of ours. Counts
of statements by participant are left empty, because they would join the two kinds of ids. The
ballots and the exact numbers are in the set only where people read before their first vote that
they will be; the texts of statements that are not public never are.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.landscape_runs import stored_result
from enishi.consultations.landscape_runs.kinds import Disclosure
from enishi.consultations.landscape_runs.packed_votes import PackedVotes
from enishi.consultations.landscape_runs.policies import LETTERS
from enishi.consultations.landscape_runs.schemas import ExportedStatement, LandscapeView
from enishi.consultations.landscape_runs.stored_result import RunResult
from enishi.kit import clock
from enishi.kit.spreadsheet_cells import csv_line

FORMAT_NAME = "format.json"
FORMAT_SCHEMA = "enishi.landscape-export/1"
_EPOCH = date(1970, 1, 1)
_ROWS = 500  # in one piece of a file


@dataclass(frozen=True, slots=True)
class FinalRun:
    """What the set is made of. ballots and days: of all votes in the drawn order."""

    consultation: ConsultationRef
    address: str
    view: LandscapeView
    result: RunResult
    parameters: dict[str, Any]
    statements: tuple[ExportedStatement, ...]
    ballots: PackedVotes
    days: npt.NDArray[np.uint16]


def files_of(run: FinalRun) -> Iterator[tuple[str, Iterator[str]]]:
    """Name and content of each file."""
    yield "comments.csv", _pieces(_comments(run))
    yield "summary.csv", _pieces(_summary(run))
    if run.view.disclosure is Disclosure.BALLOTS:
        yield "votes.csv", _pieces(_votes(run))
        yield "participants-votes.csv", _pieces(_participants(run))
    yield FORMAT_NAME, iter((json.dumps(_format(run), ensure_ascii=False, allow_nan=False),))


def archive_of(run: FinalRun) -> Iterator[bytes]:
    """The files as one zip archive, in pieces: it is never whole in memory."""
    out = _Pieces()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files_of(run):
            entry = zipfile.ZipInfo(
                name, clock.in_tokyo(run.view.stamp.published_at).timetuple()[:6]
            )
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as file:
                for piece in content:
                    file.write(piece.encode())
                    yield from out.taken()
    yield from out.taken()


class _Pieces:
    """A file that can only be written: what was written is taken away."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._position = 0

    def write(self, data: bytes, /) -> int:
        self._written.append(bytes(data))
        self._position += len(data)
        return len(data)

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """There is nothing to close."""

    def taken(self) -> list[bytes]:
        taken, self._written = self._written, []
        return taken


def _pieces(rows: Iterator[tuple[object, ...]]) -> Iterator[str]:
    while piece := list(islice(rows, _ROWS)):
        yield "".join(map(csv_line, piece))


def _comments(run: FinalRun) -> Iterator[tuple[object, ...]]:
    yield (
        *("timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees"),
        *("moderated", "comment-body"),
    )
    authors = dict(run.result.authors.tolist())
    columns = {number: index for index, number in enumerate(run.result.numbers.tolist())}
    for each in run.statements:
        column = columns.get(each.number)
        disagrees, _, agrees = (0, 0, 0) if column is None else run.result.counts[column].tolist()
        day = clock.in_tokyo(each.created_at).date()
        yield (
            *_instant(day),
            each.number,
            authors.get(each.number, ""),
            agrees if each.is_public else "",
            disagrees if each.is_public else "",
            1 if each.is_public else -1,
            each.text if each.is_public else "",
        )


def _summary(run: FinalRun) -> Iterator[tuple[object, ...]]:
    people, included, _ = run.result.totals.tolist()
    yield "topic", run.consultation.title.ja
    yield "url", run.address
    yield "voters", people
    yield "voters-in-conv", included
    yield "commenters", ""
    yield "comments", sum(each.is_public for each in run.statements)
    yield "groups", len(run.view.groups)
    yield "conversation-description", ""


def _votes(run: FinalRun) -> Iterator[tuple[object, ...]]:
    yield "timestamp", "datetime", "comment-id", "voter-id", "vote"
    place = 0
    instants = {day: _instant(_EPOCH + timedelta(days=day)) for day in np.unique(run.days).tolist()}
    for person, length in enumerate(run.ballots.lengths.tolist()):
        votes = slice(place, place + length)
        place += length
        pairs = zip(run.ballots.codes[votes].tolist(), run.days[votes].tolist(), strict=True)
        for code, day in pairs:
            yield (*instants[day], code // 3, person, code % 3 - 1)


def _participants(run: FinalRun) -> Iterator[tuple[object, ...]]:
    numbers = run.result.numbers.tolist()
    column = {number: index for index, number in enumerate(numbers)}
    yield (
        *("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"),
        *numbers,
    )
    place = 0
    groups = run.result.drawn_groups.tolist()
    for person, length in enumerate(run.ballots.lengths.tolist()):
        codes = run.ballots.codes[place : place + length].tolist()
        place += length
        cells: list[object] = [""] * len(numbers)
        for code in codes:
            cells[column[code // 3]] = code % 3 - 1
        group = groups[person] if groups[person] >= 0 else ""
        agrees, disagrees = cells.count(1), cells.count(-1)
        yield (person, group, "", length, agrees, disagrees, *cells)


def _format(run: FinalRun) -> dict[str, Any]:
    stamp, is_open_data = run.view.stamp, run.view.disclosure is Disclosure.BALLOTS
    people, included, outliers = run.result.totals.tolist()
    told: dict[str, Any] = {
        "schema": FORMAT_SCHEMA,
        "consultation": run.consultation.slug,
        "run": {
            "number": stamp.number,
            "kind": stamp.kind,
            "closed_on": clock.in_tokyo(stamp.votes_until).date().isoformat(),
            "input_sha256": stamp.input_hash,
            "engine": stamp.engine,
        },
        "parameters": run.parameters,
        "groups": len(run.view.groups),
        "votes": {
            "agree": 1,
            "pass": 0,
            "disagree": -1,
            "last_only": True,
            "times": "days in Asia/Tokyo",
        },
        "ballots": is_open_data,
        "moderation": {
            "not_public": [each.number for each in run.statements if not each.is_public],
            "not_public_in_run": run.result.numbers[run.result.out].tolist(),
            "meta": [each.number for each in run.statements if each.is_meta],
        },
        "participants": {"voters": people, "with_enough_votes": included},
    }
    if is_open_data:
        letters = enumerate(run.result.letters.tolist())
        told["letters"] = {str(group): LETTERS[letter] for group, letter in letters}
        told["participants"]["in_no_group_far_from_all"] = outliers
        told["result"] = {
            name: _json_list(getattr(run.result, name)) for name in stored_result.NAMES
        }
    return told


def _json_list(array: npt.NDArray[Any]) -> list[Any]:
    """Nested lists with null for what has no value; floats in full precision."""
    if array.dtype.kind != "f":
        return list(array.tolist())
    with_none = array.astype(object)
    with_none[~np.isfinite(array)] = None
    return list(with_none.tolist())


def _instant(day: date) -> tuple[int, str]:
    """Milliseconds of the day's beginning in Japan, and the day."""
    begins = datetime(day.year, day.month, day.day, tzinfo=clock.TOKYO)
    return int(begins.timestamp()) * 1000, day.isoformat()
