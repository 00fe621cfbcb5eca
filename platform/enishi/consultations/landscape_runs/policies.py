"""What of a run is shown, and when there may be a new one. Nothing else decides it.

A reader may have accounts, and votes, of their own, and compares what successive runs show. So a
run follows another only once many people have voted, figures by group are whole percent of at least
LEAST_SHOWN votes or are missing, and no second figure of the same votes has another precision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from enishi.consultations.core.kinds import ComponentKind
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.landscape_runs.kinds import Disclosure, RunKind, Showing
from enishi.consultations.landscape_runs.schemas import (
    Cell,
    GroupView,
    GuestComparison,
    LandscapeView,
    MapView,
    PanelRun,
    RunStamp,
    Share,
    StatementText,
    StatementView,
)
from enishi.consultations.landscape_runs.stored_result import RunResult
from enishi.consultations.landscape_runs.without_guests import WithoutGuests
from enishi.landscape.engine import Integers
from enishi.landscape.figures import Figures, fifths_of, tens_of, whole_percent, whole_percents
from enishi.landscape.results import LEAST_SHOWN, Mask
from enishi.landscape.uncertainty import TOO_FEW, wilson

STEP = timedelta(minutes=10)  # between two runs
FURTHER_PEOPLE = 20  # who have voted since the last run, each counted once
# Between a run and a final one of few further people: an office may close and open again at any
# moment. No live run is nearer to the close, so that a planned close need not wait.
APART = timedelta(days=1)
SETTLING = timedelta(minutes=2)  # after the close: votes that were sent in time are written by then
LEAST_PEOPLE_OF_A_CELL = 5
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ROUNDED_TO = 10  # people, while open
LEAST_APART = 20  # guests, and people who are no guests, before both are shown apart
_SAME_IN_STEPS_OF = 5  # percent


@dataclass(frozen=True, slots=True)
class LastRun:
    """What decides whether another run may follow."""

    kind: RunKind
    votes_until: datetime
    published_at: datetime


@dataclass(frozen=True, slots=True)
class StoredStability:
    """A run's row as it is kept: sizes and firmness of its groups, unprotected."""

    number: int
    kind: RunKind
    votes_until: datetime
    published_at: datetime
    seconds: float
    group_count: int
    best_count: int
    silhouettes: Mapping[int, float]
    letters: Sequence[int]
    members: Sequence[int]
    firm: Sequence[float | None]


def next_run(
    consultation: ConsultationRef, last: LastRun | None, waiting: int, now: datetime
) -> RunKind | None:
    """The kind of run that is due, or None. waiting: people who voted since the last run.

    While votes are accepted a run needs STEP and FURTHER_PEOPLE, and more than APART to the close.
    After the close there is one final run, with FURTHER_PEOPLE or APART. Another one follows if
    votes were accepted again; or if as many guests were left out of the counts, or taken back.
    """
    component = consultation.component(ComponentKind.STATEMENTS)
    if component is None or not consultation.is_public:
        return None
    closed_at = component.closes_at
    if component.is_open_at(now):
        rested = last is None or last.published_at + STEP <= now
        is_quiet = closed_at is not None and closed_at <= now + APART
        return RunKind.LIVE if rested and waiting >= FURTHER_PEOPLE and not is_quiet else None
    if closed_at is None or now < closed_at + SETTLING:
        return None
    if last is None:
        return RunKind.FINAL
    may_follow = waiting >= FURTHER_PEOPLE or may_follow_alone(consultation, last, now)
    return RunKind.FINAL if may_follow else None


def may_follow_alone(consultation: ConsultationRef, last: LastRun, now: datetime) -> bool:
    """Whether a final run may follow though the votes of few people differ."""
    component = consultation.component(ComponentKind.STATEMENTS)
    closed_at = component.closes_at if component else None
    was_open = last.kind is not RunKind.FINAL or (
        closed_at is not None and last.votes_until < closed_at
    )
    return was_open and last.published_at + APART <= now


def disclosure_of(consultation: ConsultationRef, kind: RunKind) -> Disclosure:
    """How exact the figures of a run of this kind may be."""
    if kind is not RunKind.FINAL:
        return Disclosure.OPEN
    promised = consultation.ballots_promised and consultation.votes_published is True
    return Disclosure.BALLOTS if promised else Disclosure.CLOSED


def showing_of(members: Integers) -> Showing:
    """Whether anything by group is shown of groups with these members (g,)."""
    if len(members) and bool((members < LEAST_SHOWN).any()):
        return Showing.TOO_EARLY
    return Showing.SHOWN if len(members) > 1 else Showing.NO_GROUPS


def shown_cells(counts: Integers) -> Mask:
    """Which votes of a group on a statement may be shown: (g, m), from counts (g, m, 3).

    Those of at least LEAST_SHOWN people. Where only fewer than that are left out, they would follow
    from the others and the sum of all: the smallest of the others is left out too.
    """
    seen = counts.sum(2)
    shown = seen >= LEAST_SHOWN
    left_out = np.where(shown, 0, seen).sum(0)
    would_follow = (left_out > 0) & (left_out < LEAST_SHOWN) & shown.any(0)
    smallest = np.where(shown, seen, np.iinfo(np.int64).max).argmin(0)
    statements = np.flatnonzero(would_follow)
    shown[smallest[statements], statements] = False
    return np.asarray(shown)


def view_of(
    consultation: ConsultationRef,
    stamp: RunStamp,
    result: RunResult,
    texts: Sequence[StatementText],
) -> LandscapeView:
    """The run as it may be shown now. texts: the statements that are public now, by number."""
    disclosure = disclosure_of(consultation, stamp.kind)
    showing = showing_of(result.members)
    view = LandscapeView(
        consultation_id=consultation.id,
        stamp=_protected(stamp, disclosure),
        disclosure=disclosure,
        showing=showing,
        groups=(),
        statements=(),
        map=None,
        figures=None,
    )
    if showing is not Showing.SHOWN:
        return view
    with_votes = set(result.numbers.tolist())
    public = [text for text in texts if text.number in with_votes]
    columns = np.searchsorted(result.numbers, [text.number for text in public]).astype(np.int64)
    order = np.argsort(result.letters, kind="stable")
    figures = _protected_figures(result, order, columns)
    return replace(
        view,
        groups=_groups(result, order, disclosure),
        statements=tuple(
            StatementView(text, shares)
            for text, shares in zip(public, _shares(figures, disclosure), strict=True)
        ),
        map=_map(result, order),
        figures=figures,
    )


def shown_people(kind: RunKind, people: int) -> int:
    """How many people the page says that a run is made of: tens while open, exact afterwards."""
    return people if kind is RunKind.FINAL else people // _ROUNDED_TO * _ROUNDED_TO


def _protected(stamp: RunStamp, disclosure: Disclosure) -> RunStamp:
    if disclosure is not Disclosure.OPEN:
        return stamp
    return replace(stamp, people=shown_people(stamp.kind, stamp.people), votes=None)


def _protected_figures(result: RunResult, order: Integers, columns: Integers) -> Figures:
    """Of the public statements, with what may not be shown set to 0.

    What was not public when the run was computed has no part in its components; it is not listed
    until the next run.
    """
    counts = result.group_counts[order]
    counts = np.where(shown_cells(counts)[:, :, None], counts, 0)[:, columns]
    return Figures(
        counts=counts,
        members=result.members[order],
        listed=~result.out[columns],
        firm=result.firm[order],
        bridging=result.bridging[columns],
        told_few=result.group_counts.sum((0, 2))[columns] < TOO_FEW,
    )


def _groups(result: RunResult, order: Integers, disclosure: Disclosure) -> tuple[GroupView, ...]:
    total = int(result.members.sum())
    views = []
    for group in order.tolist():
        members, letter = int(result.members[group]), int(result.letters[group])
        is_closed = disclosure is not Disclosure.OPEN
        views.append(
            GroupView(
                letter=LETTERS[letter],
                colour=letter,
                fifths=fifths_of(members, total),
                percent=whole_percent(members, total) if is_closed else None,
                tens=tens_of(members) if is_closed else None,
                members=members if disclosure is Disclosure.BALLOTS else None,
                is_compared=members >= TOO_FEW,
            )
        )
    return tuple(views)


def _shares(figures: Figures, disclosure: Disclosure) -> list[tuple[Share | None, ...]]:
    """Of each statement the shares of all groups. In columns: there may be thousands."""
    counts, seen = figures.counts, figures.seen
    safe = np.maximum(seen, 1)
    percent = whole_percents(counts, safe[:, :, None])
    larger = np.maximum(counts[:, :, 0], counts[:, :, 2])
    is_sure = wilson(larger, safe)[:, :, 0] > 0.5
    is_shown = (seen >= LEAST_SHOWN) & figures.listed
    exact = disclosure is Disclosure.BALLOTS
    by_group = [
        [
            Share(agree, disagree, passed, sure, votes if exact else None) if shown else None
            for (disagree, passed, agree), sure, votes, shown in zip(*columns, strict=True)
        ]
        for columns in zip(
            percent.tolist(), is_sure.tolist(), seen.tolist(), is_shown.tolist(), strict=True
        )
    ]
    return list(zip(*by_group, strict=True))


def _map(result: RunResult, order: Integers) -> MapView:
    position = np.argsort(order)
    size, scale = result.grid.tolist()
    cells = [Cell(int(position[g]), column, row) for g, column, row in result.cells.tolist()]
    return MapView(size=int(size), scale=scale, cells=tuple(sorted(cells, key=_reading_order)))


def _reading_order(cell: Cell) -> tuple[int, int, int]:
    return cell.group, cell.row, cell.column


def panel_run(row: StoredStability) -> PanelRun:
    """A run as its office sees it: sizes in fifths, and nothing of groups if one is too small."""
    members = np.array(row.members, np.int64)
    showing = showing_of(members)
    order = np.argsort(row.letters, kind="stable").tolist() if showing is Showing.SHOWN else []
    total = int(members.sum())
    return PanelRun(
        number=row.number,
        kind=row.kind,
        votes_until=row.votes_until,
        published_at=row.published_at,
        seconds=row.seconds,
        groups=row.group_count,
        best_groups=row.best_count,
        silhouettes=dict(row.silhouettes),
        letters=tuple(LETTERS[row.letters[group]] for group in order),
        fifths=tuple(fifths_of(int(members[group]), total) for group in order),
        firm=tuple(_whole(row.firm[group]) for group in order),
    )


def compared_without_guests(
    disclosure: Disclosure, members: Sequence[int], stored: WithoutGuests | None
) -> GuestComparison | None:
    """Whether guests change the groups, for the office; None where it may not be shown.

    members: of the groups of everybody. Only after the close, of many guests and many others, if
    each group may be shown; never where ballots are public, which would tell who is a guest.
    """
    if disclosure is not Disclosure.CLOSED or stored is None or stored.same is None:
        return None
    sizes = np.array([*members, *stored.members], np.int64)
    too_few = min(stored.guests, stored.others) < LEAST_APART or bool((sizes < LEAST_SHOWN).any())
    if too_few or not members or not stored.members:
        return None
    percent = round(100 * stored.same / _SAME_IN_STEPS_OF) * _SAME_IN_STEPS_OF
    return GuestComparison(len(members), len(stored.members), percent)


def _whole(share: float | None) -> int | None:
    return None if share is None else round(100 * share)
