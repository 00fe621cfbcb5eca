"""Reading the CSV files of a Polis conversation. Damaged files are refused.

Both known layouts are read: with and without `xid` (ignored, because it may name a person), columns
in any order, with or without a byte order mark. agree = +1, pass = 0, disagree = -1. Values that
several files contain must be equal.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from enishi.consultations.polis_import.errors import DamagedFileError
from enishi.consultations.polis_import.schemas import Conversation, PolisStatement, PolisVote

_NUMBER = re.compile(r"\d{1,18}")
_VALUES = {"1": 1, "0": 0, "-1": -1}
_EARLIEST, _LATEST = 946_684_800_000, 4_102_444_800_000  # 2000 and 2100, in milliseconds
_COMMENTS = ("timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated")
_BODY = "comment-body"
_VOTES = ("timestamp", "comment-id", "voter-id", "vote")
# The columns of participants-votes.csv that are no statement.
_PARTICIPANT_COLUMNS = {
    "participant",
    "xid",
    "group-id",
    "n-comments",
    "n-votes",
    "n-agree",
    "n-disagree",
}


def read(folder: Path) -> Conversation:
    """Read the files of a folder. Raises DamagedFileError."""
    summary = _summary(folder)
    statements, counts = _statements(folder)
    known = {statement.comment_id for statement in statements}
    votes = _votes(folder, known)
    _check_counts(votes, statements, counts)
    voters = {vote.voter_id for vote in votes}
    matrix = _find(folder, "participants-votes.csv", required=False)
    participants = _check_matrix(matrix, known, votes) if matrix else voters
    authors = {statement.author_id for statement in statements}
    return Conversation(
        title=summary.get("topic", ""),
        description=summary.get("conversation-description", ""),
        statements=statements,
        votes=votes,
        people=sorted(voters | participants | authors, key=int),
    )


def _find(folder: Path, name: str, *, required: bool = True) -> Path | None:
    """The path of a file, whose name may have a prefix of the export."""
    exact = folder / name
    if exact.is_file():
        return exact
    found = [
        path
        for path in sorted(folder.glob(f"*[-_.]{name}"))
        if name != "votes.csv" or not path.name.endswith("participants-votes.csv")
    ]
    if len(found) == 1:
        return found[0]
    if required:
        raise DamagedFileError(name, None, "the file is missing" if not found else "several files")
    return None


def _rows(path: Path, wanted: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, column -> field) of each row; the number is that of the row's last line."""
    lines = _lines(path)
    header = [name.strip() for name in next(lines, (1, []))[1]]
    for name in wanted:
        if header.count(name) != 1:
            problem = "is missing" if name not in header else "is there more than once"
            raise DamagedFileError(path.name, 1, f"the column “{name}” {problem}")
    for line, row in lines:
        if len(row) != len(header):
            raise DamagedFileError(
                path.name, line, f"{len(row)} fields instead of {len(header)}: is the line cut?"
            )
        yield line, dict(zip(header, row, strict=True))


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DamagedFileError(path.name, line, "this is not UTF-8") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DamagedFileError(path.name, line, "there is a NUL character")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error as error:
        raise DamagedFileError(path.name, reader.line_num, f"no valid CSV ({error})") from error
    # If the last column is a text, a truncated file would still be valid CSV.
    if text and not text.endswith(("\n", '"')):
        raise DamagedFileError(
            path.name, reader.line_num, "the last line has no end: is the file cut?"
        )


def _summary(folder: Path) -> dict[str, str]:
    path = _find(folder, "summary.csv", required=False)
    if path is None:
        return {}
    return {row[0].strip(): row[1].strip() for _, row in _lines(path) if len(row) > 1}


def _statements(folder: Path) -> tuple[list[PolisStatement], dict[str, tuple[int, int, int]]]:
    """The statements by id; and id -> (line, agrees, disagrees) as the file counts them."""
    path = _existing(folder, "comments.csv")
    found: dict[str, PolisStatement] = {}
    counts: dict[str, tuple[int, int, int]] = {}
    for line, row in _rows(path, (*_COMMENTS, _BODY)):
        comment_id = _number(path, line, row, "comment-id")
        if comment_id in found:
            raise DamagedFileError(path.name, line, f"statement {comment_id} is there twice")
        if not row[_BODY].strip():
            raise DamagedFileError(path.name, line, f"statement {comment_id} has no text")
        found[comment_id] = PolisStatement(
            comment_id=comment_id,
            author_id=_number(path, line, row, "author-id"),
            text=row[_BODY],
            moderated=_value(path, line, row, "moderated"),
            created_at=_instant(path, line, row),
        )
        agrees = int(_number(path, line, row, "agrees"))
        counts[comment_id] = line, agrees, int(_number(path, line, row, "disagrees"))
    return sorted(found.values(), key=lambda each: int(each.comment_id)), counts


def _votes(folder: Path, known: set[str]) -> list[PolisVote]:
    path = _existing(folder, "votes.csv")
    votes = []
    for line, row in _rows(path, _VOTES):
        comment_id = _number(path, line, row, "comment-id")
        if comment_id not in known:
            raise DamagedFileError(path.name, line, f"unknown statement {comment_id}")
        votes.append(
            PolisVote(
                comment_id=comment_id,
                voter_id=_number(path, line, row, "voter-id"),
                value=_value(path, line, row, "vote"),
                cast_at=_instant(path, line, row),
                line=line,
            )
        )
    votes.sort(key=lambda vote: vote.cast_at)  # stable: equal times keep the order of the lines
    return votes


def _existing(folder: Path, name: str) -> Path:
    path = _find(folder, name)
    assert path is not None  # noqa: S101 (a required file is found, or _find has raised)
    return path


def _number(path: Path, line: int, row: dict[str, str], column: str) -> str:
    text = row[column].strip()
    if not _NUMBER.fullmatch(text):
        raise DamagedFileError(path.name, line, f"“{text}” is no number for “{column}”")
    return str(int(text))


def _value(path: Path, line: int, row: dict[str, str], column: str) -> int:
    value = _VALUES.get(row[column].strip())
    if value is None:
        raise DamagedFileError(
            path.name, line, f"“{row[column]}” is none of -1, 0 and 1 for “{column}”"
        )
    return value


def _instant(path: Path, line: int, row: dict[str, str]) -> datetime:
    milliseconds = int(_number(path, line, row, "timestamp"))
    if not _EARLIEST <= milliseconds < _LATEST:
        raise DamagedFileError(
            path.name, line, f"“{row['timestamp']}” is no instant in milliseconds"
        )
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def _check_counts(
    votes: list[PolisVote],
    statements: list[PolisStatement],
    counts: dict[str, tuple[int, int, int]],
) -> None:
    """comments.csv counts all votes, not only the last one of each person."""
    cast = Counter((vote.comment_id, vote.value) for vote in votes)
    for statement in statements:
        comment_id = statement.comment_id
        line, agrees, disagrees = counts[comment_id]
        if (agrees, disagrees) != (cast[comment_id, 1], cast[comment_id, -1]):
            raise DamagedFileError(
                "comments.csv",
                line,
                f"statement {comment_id} has {agrees} agrees and {disagrees} disagrees here, but"
                f" {cast[comment_id, 1]} and {cast[comment_id, -1]} in votes.csv",
            )


def _check_matrix(path: Path, known: set[str], votes: list[PolisVote]) -> set[str]:
    """Compare each cell with the last vote, in both directions; returns the ids of the rows."""
    last = {(vote.voter_id, vote.comment_id): vote for vote in votes}
    people: set[str] = set()
    for line, row in _rows(path, ("participant",)):
        person = _number(path, line, row, "participant")
        if person in people:
            raise DamagedFileError(path.name, line, f"participant {person} is there twice")
        people.add(person)
        for column in row.keys() - _PARTICIPANT_COLUMNS:
            cell = row[column].strip()
            if column not in known:
                raise DamagedFileError(path.name, 1, f"unknown statement {column}")
            if not cell:
                continue
            vote = last.pop((person, column), None)
            if vote is None or vote.value != _value(path, line, row, column):
                raise DamagedFileError(
                    path.name,
                    line,
                    f"participant {person} and statement {column}: {cell} here, but"
                    f" {'no vote' if vote is None else vote.value} in votes.csv",
                )
    for vote in last.values():
        raise DamagedFileError(
            "votes.csv",
            vote.line,
            f"the vote of {vote.voter_id} on statement {vote.comment_id} is not in {path.name}",
        )
    return people
