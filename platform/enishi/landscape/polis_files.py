"""The one reader of Polis exports, for `enishi import polis` and `enishi landscape`.

Layouts: `votes.csv`, `comments.csv`, `participants-votes.csv` and `summary.csv` (openData, instants
in milliseconds); `participant-votes.csv` and file names with a prefix, such as `conv-votes.csv`
(report export, instants in whole seconds); column names with "-" or "_", or those of the database
(tid, pid, txt, mod); without votes.csv (the wide participants file then has the last votes, without
instants) or without a participants file; and `statements.csv` as this platform publishes it,
with its Japanese or its English header.

Of the votes of one person on one statement the last counts: by instant, then by the order of rows.
Bodies may be empty where the statement was moderated out. Values that several files contain must be
equal (`polis_checks`). `xid` is ignored, because it may name a person.
"""

from collections.abc import Callable
from pathlib import Path

from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.kit.spreadsheet_cells import original
from enishi.landscape import polis_checks
from enishi.landscape.delimited import Rows, is_number
from enishi.landscape.errors import ExportError
from enishi.landscape.polis_cells import (
    Instants,
    group,
    is_meta,
    language,
    moderation,
    noon,
    optional_number,
    vote_value,
)
from enishi.landscape.polis_conversation import (
    PolisConversation,
    Sign,
    Statement,
    VoteColumns,
)

Progress = Callable[[int], None]
PROGRESS_EVERY = 1_000_000  # rows

_KINDS = {
    "comments": ("comments", "statements"),
    "votes": ("votes",),
    "participants": ("participants-votes", "participant-votes"),
    "summary": ("summary",),
}
_COMMENT_COLUMNS = {
    "comment-id": ("comment-id", "tid", "statement-id", "number", "番号"),
    "author-id": ("author-id", "pid"),
    "timestamp": ("timestamp", "created"),
    "agrees": ("agrees", "agree-count", "n-agree"),
    "disagrees": ("disagrees", "disagree-count", "n-disagree"),
    "moderated": ("moderated", "mod"),
    "is-meta": ("is-meta", "meta", "対話についてのカード"),
    "comment-body": ("comment-body", "txt", "comment", "body", "text", "意見カード"),
    "language": ("language", "言語"),
    "written-on": ("written-on", "書かれた日"),
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
# Columns of the wide file that are neither of these nor the number of a statement.
_OTHER_WIDE = {"xid", "n-comments", "n-votes", "n-agree", "n-disagree"}


def read_polis_files(
    folder: Path, progress: Progress | None = None, *, agree: Sign | None = None
) -> PolisConversation:
    """Read the folder. Raises ExportError with file, line and reason.

    progress: called with the number of rows after each million. agree: the value that means
    agreement in the files; None takes 1, and refuses files whose sums say that it is -1.
    """
    if not folder.is_dir():
        raise ExportError(folder, 0, gettext_lazy("フォルダがありません。"))
    files = {kind: _find(folder, endings) for kind, endings in _KINDS.items()}
    comments, own = _read_comments(files["comments"]) if files["comments"] else ({}, False)
    known = set(comments) if files["comments"] else None
    votes = wide = None
    groups: dict[int, int] = {}
    if files["votes"]:
        votes = _read_votes(files["votes"], known, progress or _no_progress)
    if files["participants"]:
        wide, groups = _read_participants(files["participants"], known)
    if votes is None and wide is None and not own:
        raise ExportError(
            folder, 0, gettext_lazy("votes.csv も participants-votes.csv もありません。")
        )
    if votes is not None and wide is not None:
        votes = polis_checks.same_last_votes(votes, wide)
    cast = votes or wide or VoteColumns.none(folder)
    sign, notes = polis_checks.find_sign(
        files["comments"] or folder, comments, cast, every_act=votes is not None, given=agree
    )
    summary = _read_summary(files["summary"]) if files["summary"] else {}
    return PolisConversation(
        name=folder.resolve().name,
        title=summary.get("topic", ""),
        description=summary.get("conversation-description", ""),
        statements=comments,
        votes=cast.with_sign(sign),
        groups=groups,
        notes=notes,
    )


def _no_progress(_rows: int) -> None:
    pass


def _find(folder: Path, endings: tuple[str, ...]) -> Path | None:
    """The file of a kind, whose name may have a prefix of the export."""
    others = [
        e for kind in _KINDS.values() for e in kind if e not in endings and e.endswith(endings)
    ]
    found = []
    for file in sorted(folder.glob("*.csv")):
        stem = "-" + file.stem.lower().replace("_", "-").replace(".", "-")
        if stem.endswith(tuple(f"-{e}" for e in endings)) and not stem.endswith(tuple(others)):
            found.append(file)
    if len(found) > 1:
        raise ExportError(
            found[1],
            0,
            gettext_lazy("%(other)s と重なります。一つにしてください。", other=found[0].name),
        )
    return found[0] if found else None


def _read_summary(file: Path) -> dict[str, str]:
    """Name -> value of each line. The site writes no line feed after the last one."""
    rows = Rows(file, {}, may_end_open=True)
    lines = [rows.header, *rows.uneven()]
    return {cells[0].strip(): cells[1].strip() for cells in lines if len(cells) > 1}


def _read_comments(file: Path) -> tuple[dict[int, Statement], bool]:
    """The statements by id, and whether the file is a statements.csv of this platform."""
    rows = Rows(file, _COMMENT_COLUMNS)
    own = "written-on" in rows.columns
    rows.require("comment-id", "comment-body", *(() if own else ("moderated",)))
    instants = Instants(rows)
    found: dict[int, Statement] = {}
    for cells in rows:
        number = rows.number(rows.text(cells, "comment-id"), "comment-id")
        if number in found:
            rows.refuse(gettext_lazy("意見 %(id)d は前の行にもあります。", id=number))
        # The file of this platform has public statements only, and sums of last votes.
        moderated = 1 if own else moderation(rows, rows.text(cells, "moderated"))
        body = cells[rows.columns["comment-body"]]
        text = original(body) if own else body
        if not text.strip() and moderated >= 0:
            rows.refuse(gettext_lazy("意見 %(id)d に本文がありません。", id=number))
        found[number] = Statement(
            id=number,
            text=text,
            author=optional_number(rows, cells, "author-id"),
            moderated=moderated,
            meta=is_meta(rows, rows.text(cells, "is-meta")),
            agrees=None if own else optional_number(rows, cells, "agrees"),
            disagrees=None if own else optional_number(rows, cells, "disagrees"),
            created_at=noon(rows, rows.text(cells, "written-on")) if own else instants.read(cells),
            language=language(rows, rows.text(cells, "language")),
            line=rows.line,
        )
    return found, own


def _read_votes(file: Path, known: set[int] | None, progress: Progress) -> VoteColumns:
    rows = Rows(file, _VOTE_COLUMNS)
    rows.require("voter-id", "comment-id", "vote")
    voter, comment, vote = (rows.columns[c] for c in ("voter-id", "comment-id", "vote"))
    instants = Instants(rows)
    read: list[tuple[int, int, int, int]] = []
    times: list[int] = []
    for cells in rows:
        statement = rows.number(cells[comment], "comment-id")
        if known is not None and statement not in known:
            rows.refuse(_unknown(statement))
        person = rows.number(cells[voter], "voter-id")
        read.append((person, statement, vote_value(rows, cells[vote]), rows.line))
        if instants.known:
            times.append(instants.milliseconds(cells))
        if len(read) % PROGRESS_EVERY == 0:
            progress(len(read))
    return VoteColumns.of(file, read, times if instants.known else None)


def _read_participants(file: Path, known: set[int] | None) -> tuple[VoteColumns, dict[int, int]]:
    """The last votes of the wide columns, and the recorded group of each participant (or -1)."""
    rows = Rows(file, _PARTICIPANT_COLUMNS)
    rows.require("participant")
    wide = _wide_columns(rows, known)
    person_column = rows.columns["participant"]
    groups: dict[int, int] = {}
    read: list[tuple[int, int, int, int]] = []
    for cells in rows:
        person = rows.number(cells[person_column], "participant")
        if person in groups:
            rows.refuse(gettext_lazy("参加者 %(id)d は前の行にもあります。", id=person))
        groups[person] = group(rows, rows.text(cells, "group-id"))
        for column, statement in wide:
            text = cells[column]
            if text and not text.isspace():
                read.append((person, statement, vote_value(rows, text), rows.line))
    return VoteColumns.of(file, read, None), groups


def _wide_columns(rows: Rows, known: set[int] | None) -> list[tuple[int, int]]:
    """(column, statement) of the columns that hold votes."""
    found: dict[int, int] = {}
    for column, name in enumerate(rows.header):
        if column in rows.columns.values() or name.lower().replace("_", "-") in _OTHER_WIDE:
            continue
        if not is_number(name):
            rows.refuse(gettext_lazy("列「%(name)s」は意見の番号ではありません。", name=name[:40]))
        statement = int(name)
        if statement in found:
            rows.refuse(gettext_lazy("列「%(name)s」が二つあります。").with_values(name=name))
        if known is not None and statement not in known:
            rows.refuse(_unknown(statement))
        found[statement] = column
    return [(column, statement) for statement, column in found.items()]


def _unknown(statement: int) -> LazyText:
    return gettext_lazy("意見 %(id)d は comments.csv にありません。", id=statement)
