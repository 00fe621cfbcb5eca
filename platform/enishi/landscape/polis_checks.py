"""What several files of a Polis export say about the same votes must be equal."""

from pathlib import Path
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.landscape.errors import ExportError
from enishi.landscape.polis_conversation import Sign, Statement, VoteColumns

Counts = npt.NDArray[np.int64]


def same_last_votes(votes: VoteColumns, wide: VoteColumns) -> VoteColumns:
    """Compare each cell of the wide file with the last vote, in both directions.

    Returns the votes. Where a person voted on a statement several times within the last second of
    a file with whole seconds, the cell tells which vote was the last: it is moved to the end of
    its second. Raises ExportError.
    """
    last = votes.last()
    of_votes = _by_pair(votes, last)
    cells = _by_pair(wide, np.arange(len(wide.values)))
    later: list[tuple[int, int]] = []
    for pair, cell in cells.items():
        index = of_votes.pop(pair, None)
        if index is not None and votes.values[index] == wide.values[cell]:
            continue
        tied = None if index is None else _tied(votes, index, int(wide.values[cell]))
        if index is None or tied is None:
            _refuse_cell(votes, index, wide, cell)
        later.append((tied, index))
    for index in of_votes.values():
        raise ExportError(
            votes.file,
            int(votes.lines[index]),
            gettext_lazy(
                "参加者 %(person)d の意見 %(id)d への投票が %(file)s にありません。",
                person=int(votes.participants[index]),
                id=int(votes.statements[index]),
                file=wide.file.name,
            ),
        )
    return _exchanged(votes, later)


def _by_pair(votes: VoteColumns, chosen: npt.NDArray[np.intp]) -> dict[tuple[int, int], int]:
    pairs = zip(votes.participants[chosen].tolist(), votes.statements[chosen].tolist(), strict=True)
    return dict(zip(pairs, chosen.tolist(), strict=True))


def _tied(votes: VoteColumns, last: int, value: int) -> int | None:
    """The index of a vote of the same pair and the same instant with this value."""
    if votes.times is None:
        return None
    same = np.flatnonzero(
        (votes.times == votes.times[last])
        & (votes.participants == votes.participants[last])
        & (votes.statements == votes.statements[last])
        & (votes.values == value)
    )
    return int(same[-1]) if len(same) else None


def _exchanged(votes: VoteColumns, pairs: list[tuple[int, int]]) -> VoteColumns:
    if not pairs:
        return votes
    order = np.arange(len(votes.values))
    for one, other in pairs:
        order[[one, other]] = order[[other, one]]
    return votes.taken(order, votes.times)


def _refuse_cell(votes: VoteColumns, last: int | None, wide: VoteColumns, cell: int) -> NoReturn:
    found: LazyText | int = gettext_lazy("投票なし") if last is None else int(votes.values[last])
    raise ExportError(
        wide.file,
        int(wide.lines[cell]),
        gettext_lazy(
            "参加者 %(person)d の意見 %(id)d への投票は、ここでは %(here)d、%(file)s では"
            " %(there)s です。",
            person=int(wide.participants[cell]),
            id=int(wide.statements[cell]),
            here=int(wide.values[cell]),
            file=votes.file.name,
            there=found,
        ),
    )


def find_sign(
    file: Path,
    statements: dict[int, Statement],
    votes: VoteColumns,
    *,
    every_act: bool,
    given: Sign | None,
) -> tuple[Sign, list[LazyText]]:
    """Which value means agree, by the sums of comments.csv, and notes on it. Raises ExportError.

    The sums count all acts of voting. With `every_act` the votes are these acts, and must have the
    same sums; otherwise they are last votes, and may not have larger ones. Nothing is guessed:
    files whose sums say that -1 is agree are refused unless `given` says so too.
    """
    counted = [s for s in statements.values() if s.agrees is not None and s.disagrees is not None]
    counted.sort(key=lambda statement: statement.id)
    told = np.array([(s.agrees, s.disagrees) for s in counted], dtype=np.int64).reshape(-1, 2)
    plus, minus = _sums(np.array([s.id for s in counted], dtype=np.int64), votes)
    off = {
        1: _differences(told, plus, minus, every_act=every_act),
        -1: _differences(told, minus, plus, every_act=every_act),
    }
    sign: Sign = given or 1
    if given is None and off[-1].sum() < off[1].sum():
        raise ExportError(
            file,
            0,
            gettext_lazy(
                "賛成と反対の数によれば、この書き出しでは -1 が賛成です。そうであれば --agree=-1 を"
                "付けて、もう一度実行してください。"
            ),
        )
    # An export of October 2024 has the reversed sign in the sums, too.
    wrong = off[sign] if given is None else np.minimum(off[1], off[-1])
    if wrong.any():
        index = int(np.flatnonzero(wrong)[0])
        agrees, disagrees = (plus, minus) if sign == 1 else (minus, plus)
        _refuse_sums(file, counted[index], votes, (int(agrees[index]), int(disagrees[index])))
    notes = []
    if sign == -1:
        notes.append(gettext_lazy("--agree=-1 により、-1 を賛成として読みました。"))
    if off[sign].sum() > off[-sign].sum():
        notes.append(gettext_lazy("comments.csv の賛成と反対の数は、--agree の指定と逆です。"))
    return sign, notes


def _sums(ids: Counts, votes: VoteColumns) -> tuple[Counts, Counts]:
    """The numbers of +1 and of -1 on each statement of `ids`, which ascend."""
    index = np.searchsorted(ids, votes.statements)
    index[index == len(ids)] = 0
    counted = ids[index] == votes.statements if len(ids) else np.zeros(len(index), bool)
    plus, minus = (
        np.bincount(index[counted & (votes.values == value)], minlength=len(ids))
        for value in (1, -1)
    )
    return plus, minus


def _differences(told: Counts, agrees: Counts, disagrees: Counts, *, every_act: bool) -> Counts:
    """By how much the sums of each statement contradict those of comments.csv: (statements,)."""
    found = np.stack([agrees, disagrees], axis=1) - told
    return np.asarray((np.abs(found) if every_act else np.maximum(found, 0)).sum(1))


def _refuse_sums(
    file: Path, statement: Statement, votes: VoteColumns, found: tuple[int, int]
) -> NoReturn:
    raise ExportError(
        file,
        statement.line,
        gettext_lazy(
            "意見 %(id)d は、ここでは賛成 %(agrees)d・反対 %(disagrees)d、%(file)s では賛成"
            " %(agreed)d・反対 %(disagreed)d です。",
            id=statement.id,
            agrees=statement.agrees,
            disagrees=statement.disagrees,
            file=votes.file.name,
            agreed=found[0],
            disagreed=found[1],
        ),
    )
