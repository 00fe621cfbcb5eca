"""Reader of the folders that Polis exports, in each of their layouts.

Known layouts: `votes.csv`, `comments.csv`, `participants-votes.csv` (openData);
`participant-votes.csv` and file names with a prefix (report export); column names with "-" or "_",
or those of the database (tid, pid, txt, mod); without votes.csv (the wide participants file then
has the votes) or without a participants file. The last vote of a pair counts, by timestamp, and by
the order of rows where timestamps are equal or absent.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.landscape.delimited import Rows
from enishi.landscape.engine import Engine
from enishi.landscape.errors import ExportError
from enishi.landscape.results import Moderation
from enishi.landscape.votes import Votes

Progress = Callable[[int], None]
PROGRESS_EVERY = 1_000_000  # rows

_COMMENT_COLUMNS = {
    "comment-id": ("comment-id", "tid", "statement-id"),
    "agrees": ("agrees", "agree-count", "n-agree"),
    "moderated": ("moderated", "mod"),
    "is-meta": ("is-meta", "meta"),
    "comment-body": ("comment-body", "txt", "comment", "body"),
}
_VOTE_COLUMNS = {
    "timestamp": ("timestamp", "created"),
    "comment-id": ("comment-id", "tid", "statement-id"),
    "voter-id": ("voter-id", "pid", "participant-id", "participant"),
    "vote": ("vote",),
}
_PARTICIPANT_COLUMNS = {
    "participant": ("participant", "participant-id", "pid", "voter-id"),
    "group-id": ("group-id",),
}


@dataclass(frozen=True, slots=True)
class Statement:
    id: int
    text: str = ""
    moderated_out: bool = False
    meta: bool = False
    agrees: int | None = None


@dataclass(frozen=True, slots=True)
class PolisExport:
    """The votes, and the attributes of their statements and participants.

    statements (m): those with at least one vote, as in Polis' own matrix. recorded (n,): group of
    each participant at export, -1 where none is recorded. unvoted: ids of statements without votes.
    notes: remarks for the reader of the result.
    """

    name: str
    votes: Votes
    statements: list[Statement]
    moderation: Moderation
    recorded: npt.NDArray[np.int32]
    unvoted: list[int]
    notes: list[LazyText] = field(default_factory=list)


@dataclass(slots=True)
class _Events:
    participants: list[int] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    votes: list[int] = field(default_factory=list)
    timestamps: list[int] = field(default_factory=list)


def read_polis_export(
    folder: Path, progress: Progress | None = None, *, engine: Engine | None = None
) -> PolisExport:
    """Read the folder. Raises ExportError with file, line and reason.

    progress: called with the number of rows after each million. engine sorts the votes; None
    chooses as use_engine().
    """
    if not folder.is_dir():
        raise ExportError(folder, 0, gettext_lazy("フォルダがありません。"))
    files = {kind: _find(folder, endings) for kind, endings in _ENDINGS.items()}
    comments = _read_comments(files["comments"]) if files["comments"] else {}
    events = _Events()
    recorded: dict[int, int] = {}
    if files["votes"]:
        _read_votes(files["votes"], events, progress or _no_progress)
    if files["participants"]:
        recorded = _read_participants(files["participants"], None if files["votes"] else events)
    if not files["votes"] and not files["participants"]:
        raise ExportError(
            folder, 0, gettext_lazy("votes.csv も participants-votes.csv もありません。")
        )
    votes, swapped = _sorted_votes(comments, events, engine)
    return _assemble(folder.resolve().name, comments, votes, recorded, swapped=swapped)


_ENDINGS = {
    "comments": ("comments",),
    "votes": ("votes",),
    "participants": ("participants-votes", "participant-votes"),
}


def _no_progress(_rows: int) -> None:
    pass


def _find(folder: Path, endings: tuple[str, ...]) -> Path | None:
    others = [
        e for kind in _ENDINGS.values() for e in kind if e not in endings and e.endswith(endings)
    ]
    found = []
    for file in sorted(folder.glob("*.csv")):
        stem = file.stem.lower().replace("_", "-")
        if stem.endswith(endings) and not stem.endswith(tuple(others)):
            found.append(file)
    if len(found) > 1:
        raise ExportError(
            found[1],
            0,
            gettext_lazy("%(other)s と重なります。一つにしてください。", other=found[0].name),
        )
    return found[0] if found else None


def _read_comments(file: Path) -> dict[int, Statement]:
    rows = Rows(file, _COMMENT_COLUMNS)
    rows.require("comment-id")
    column = rows.columns
    found: dict[int, Statement] = {}
    for cells in rows:
        number = rows.integer(cells[column["comment-id"]], "comment-id")
        if number in found:
            rows.refuse(gettext_lazy("意見 %(id)d は前の行にもあります。", id=number))
        moderated = cells[column["moderated"]] if "moderated" in column else "0"
        found[number] = Statement(
            id=number,
            text=cells[column["comment-body"]] if "comment-body" in column else "",
            moderated_out=rows.integer(moderated or "0", "moderated") == -1,
            meta="is-meta" in column
            and cells[column["is-meta"]].strip().lower() in ("true", "t", "1"),
            agrees=rows.integer(cells[column["agrees"]] or "0", "agrees")
            if "agrees" in column
            else None,
        )
    return found


def _read_votes(file: Path, events: _Events, progress: Progress) -> None:
    rows = Rows(file, _VOTE_COLUMNS)
    rows.require("voter-id", "comment-id", "vote")
    voter, comment, vote = (rows.columns[c] for c in ("voter-id", "comment-id", "vote"))
    timestamp = rows.columns.get("timestamp")
    for cells in rows:
        events.participants.append(rows.integer(cells[voter], "voter-id"))
        events.statements.append(rows.integer(cells[comment], "comment-id"))
        events.votes.append(_vote(rows, cells[vote]))
        if timestamp is not None:
            events.timestamps.append(rows.integer(cells[timestamp], "timestamp"))
        if len(events.votes) % PROGRESS_EVERY == 0:
            progress(len(events.votes))


def _read_participants(file: Path, events: _Events | None) -> dict[int, int]:
    """Return the recorded groups; append the votes of the wide columns to `events` if given."""
    rows = Rows(file, _PARTICIPANT_COLUMNS)
    rows.require("participant")
    wide = [(i, int(name)) for i, name in enumerate(rows.header) if name.isdecimal()]
    groups: dict[int, int] = {}
    for cells in rows:
        participant = rows.integer(cells[rows.columns["participant"]], "participant")
        if participant in groups:
            rows.refuse(gettext_lazy("参加者 %(id)d は前の行にもあります。", id=participant))
        group = cells[rows.columns["group-id"]].strip() if "group-id" in rows.columns else ""
        groups[participant] = rows.integer(group, "group-id") if group else -1
        for column, statement in wide if events is not None else ():
            if events is not None and cells[column].strip():
                events.participants.append(participant)
                events.statements.append(statement)
                events.votes.append(_vote(rows, cells[column]))
    return groups


_VOTES = {"1": 1, "+1": 1, "0": 0, "-1": -1, "1.0": 1, "0.0": 0, "-1.0": -1}


def _vote(rows: Rows, text: str) -> int:
    vote = _VOTES.get(text.strip())
    if vote is None:
        rows.refuse(
            gettext_lazy("投票「%(value)s」は -1、0、1 のどれでもありません。", value=text[:40])
        )
    return vote


def _sorted_votes(
    comments: dict[int, Statement], events: _Events, engine: Engine | None
) -> tuple[Votes, bool]:
    """The final votes, and whether the export stores agree as -1."""
    participant, statement, vote, timestamp = (
        np.array(column, dtype=np.int64)
        for column in (events.participants, events.statements, events.votes, events.timestamps)
    )
    if len(timestamp):
        order = np.argsort(timestamp, kind="stable")
        participant, statement, vote = participant[order], statement[order], vote[order]
    swapped = _agree_is_negative(comments, statement, vote)
    values = -vote if swapped else vote
    return Votes.from_events(participant, statement, values, engine=engine), swapped


def _assemble(
    name: str,
    comments: dict[int, Statement],
    votes: Votes,
    recorded: dict[int, int],
    *,
    swapped: bool,
) -> PolisExport:
    notes: list[LazyText] = []
    if swapped:
        notes.append(
            gettext_lazy("この書き出しでは -1 が賛成です（comments.csv の賛成数と照合）。")
        )
    ids = [int(i) for i in votes.statement_ids]
    unknown = [i for i in ids if comments and i not in comments]
    if unknown:
        notes.append(
            gettext_lazy("comments.csv にない意見が %(count)d 件あります。", count=len(unknown))
        )
    unvoted = sorted(set(comments) - set(ids))
    if unvoted:
        notes.append(
            gettext_lazy("投票のない意見 %(count)d 件は計算に入りません。", count=len(unvoted))
        )
    statements = [comments.get(i, Statement(i)) for i in ids]
    out = np.array([s.moderated_out for s in statements], dtype=bool)
    meta = np.array([s.meta for s in statements], dtype=bool)
    groups: Any = [recorded.get(int(i), -1) for i in votes.participant_ids]
    return PolisExport(
        name=name,
        votes=votes,
        statements=statements,
        moderation=Moderation(out, meta),
        recorded=np.array(groups, dtype=np.int32),
        unvoted=unvoted,
        notes=notes,
    )


def _agree_is_negative(
    comments: dict[int, Statement], statement: npt.NDArray[Any], vote: npt.NDArray[Any]
) -> bool:
    """Whether agree is stored as -1, as in Polis' database (exports have +1).

    Decided by the numbers of agrees that comments.csv records.
    """
    recorded = {i: s.agrees for i, s in comments.items() if s.agrees is not None}
    plus_matches = minus_matches = compared = 0
    for number, agrees in recorded.items():
        values = vote[statement == number]
        plus, minus = int((values == 1).sum()), int((values == -1).sum())
        if plus != minus:
            compared += 1
            plus_matches += plus == agrees
            minus_matches += minus == agrees
    return compared >= 5 and minus_matches > 0.9 * compared and plus_matches < 0.1 * compared
