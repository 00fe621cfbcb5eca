"""What of a run is shown: small groups, few votes, sizes, and what would follow by subtraction."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from enishi.consultations.core.kinds import ComponentKind, Moderation
from enishi.consultations.core.kinds import Kind as ConsultationKind
from enishi.consultations.core.schemas import ComponentView, ConsultationRef
from enishi.consultations.landscape_runs import policies, stored_result
from enishi.consultations.landscape_runs.kinds import Disclosure, RunKind, Showing
from enishi.consultations.landscape_runs.policies import LastRun
from enishi.consultations.landscape_runs.schemas import LandscapeView, RunStamp, StatementText
from enishi.consultations.landscape_runs.stored_result import RunResult
from enishi.kit.localised import LocalisedText
from enishi.landscape import claims
from enishi.landscape.claims import Kind
from enishi.landscape.engine import Integers

NOW = datetime.fromisoformat("2026-11-30T12:00:00+00:00")
CLOSES = NOW + timedelta(days=2)


def consultation(*, promised: bool = False) -> ConsultationRef:
    component = ComponentView(
        kind=ComponentKind.STATEMENTS,
        opens_at=NOW - timedelta(days=1),
        closes_at=CLOSES,
        settings={},
    )
    return ConsultationRef(
        id=uuid.UUID(int=1),
        organisation_id=uuid.UUID(int=2),
        slug="bus",
        kind=ConsultationKind.DIALOGUE,
        title=LocalisedText(ja="バス"),
        guests_allowed=True,
        moderation=Moderation.AFTER,
        votes_published=True,
        ballots_promised=promised,
        is_sample=False,
        published_at=NOW - timedelta(days=2),
        withdrawn_at=None,
        withdrawn_reason=None,
        answered_at=None,
        phases=(),
        components=(component,),
    )


def stamp(kind: RunKind) -> RunStamp:
    return RunStamp(
        number=1,
        kind=kind,
        votes_until=NOW,
        published_at=NOW,
        people=187,
        votes=2_345,
        input_hash="0" * 64,
        engine="compiled 1",
    )


def result(counts: Integers, members: list[int], letters: list[int] | None = None) -> RunResult:
    """A run with these counts (g, m, 3); what has nothing to do with groups is left empty."""
    groups, statements, _ = counts.shape
    blank: dict[str, Any] = {name: np.zeros(statements) for name in stored_result.NAMES}
    blank |= {
        "numbers": np.arange(1, statements + 1),
        "out": np.zeros(statements, bool),
        "group_counts": counts,
        "members": np.array(members, np.int64),
        "letters": np.arange(groups) if letters is None else np.array(letters),
        "firm": np.full(groups, 0.9),
        "cells": np.array([[0, 2, 1], [groups - 1, 0, 0]]),
        "grid": np.array([6.0, 2.0]),
    }
    return RunResult(**blank)


def view(
    counts: list[list[list[int]]],
    members: list[int],
    kind: RunKind = RunKind.LIVE,
    *,
    promised: bool = False,
    letters: list[int] | None = None,
) -> LandscapeView:
    found = result(np.array(counts), members, letters)
    texts = [
        StatementText(id=uuid.UUID(int=n), number=n, text=f"意見{n}", language="ja")
        for n in range(1, len(counts[0]) + 1)
    ]
    return policies.view_of(consultation(promised=promised), stamp(kind), found, texts)


EVERYBODY = [[[5, 5, 20], [20, 5, 5]], [[25, 0, 5], [5, 0, 25]]]


@pytest.mark.parametrize("kind", RunKind)
@pytest.mark.parametrize("promised", [False, True])
def test_a_group_of_nine_hides_everything_by_group(kind: RunKind, *, promised: bool) -> None:
    """No number, no letter, no map says that there is such a group."""
    of_nine = [[[5, 5, 20]], [[25, 0, 5]], [[3, 3, 3]]]
    found = view(of_nine, [30, 30, 9], kind, promised=promised)
    assert found.showing is Showing.TOO_EARLY
    assert (found.groups, found.statements, found.map, found.figures) == ((), (), None, None)
    assert view([*of_nine[:2], [[3, 3, 4]]], [30, 30, 10], kind).showing is Showing.SHOWN


def test_no_share_of_fewer_than_ten_votes() -> None:
    few = [[[9, 0, 0], [10, 0, 0]], [[25, 0, 5], [25, 0, 5]], [[0, 25, 5], [25, 0, 5]]]
    for kind in RunKind:
        found = view(few, [30, 30, 30], kind)
        assert found.statements[0].shares[0] is None
        assert found.statements[1].shares[0] is not None
        assert found.figures is not None
        assert found.figures.percent(0, 0, "disagree") is None


def test_what_is_left_out_does_not_follow_from_the_others() -> None:
    """Nine votes are left out; the sum of all is public, so another group is left out with them."""
    found = view([[[9, 0, 0]], [[25, 0, 5]], [[0, 20, 5]]], [30, 30, 30])
    assert [share is None for share in found.statements[0].shares] == [True, False, True]


def test_votes_that_are_left_out_are_no_few_votes() -> None:
    """Of 33 votes on a statement 18 may not be shown; it is no statement with few votes."""
    counts = [[[9, 0, 0], [4, 0, 0]], [[0, 5, 10], [0, 0, 4]], [[0, 4, 5], [4, 0, 0]]]
    found = view(counts, [30, 30, 30]).figures
    assert found is not None
    assert int(found.seen[:, 0].sum()) < 20
    few = [claim.number for claim in claims.uncertainty(found) if claim.kind is Kind.FEW_VOTES]
    assert few == [1]


@given(arrays.arrays(np.int64, (4, 6, 3), elements=st.integers(0, 12)))
def test_votes_that_are_left_out_are_none_or_at_least_ten(counts: Integers) -> None:
    shown = policies.shown_cells(counts)
    seen = counts.sum(2)
    assert (seen[shown] >= 10).all()
    left_out = np.where(shown, 0, seen).sum(0)
    nothing_shown = ~shown.any(0)
    assert ((left_out == 0) | (left_out >= 10) | nothing_shown).all()


def test_while_open_sizes_are_fifths_and_there_is_no_count() -> None:
    found = view(EVERYBODY, [94, 31])
    assert found.disclosure is Disclosure.OPEN
    assert [(g.fifths, g.percent, g.tens, g.members) for g in found.groups] == [
        (4, None, None, None),
        (1, None, None, None),
    ]
    assert all(share and share.seen is None for share in found.statements[0].shares)
    assert (found.stamp.people, found.stamp.votes) == (180, None)


def test_after_the_close_sizes_are_percent_and_tens() -> None:
    found = view(EVERYBODY, [94, 31], RunKind.FINAL)
    assert found.disclosure is Disclosure.CLOSED
    assert [(g.percent, g.tens, g.members) for g in found.groups] == [
        (75, 90, None),
        (25, 30, None),
    ]
    assert all(share and share.seen is None for share in found.statements[0].shares)
    assert (found.stamp.people, found.stamp.votes) == (187, 2_345)


def test_counts_are_shown_where_the_ballots_were_promised_and_only_after_the_close() -> None:
    found = view(EVERYBODY, [94, 31], RunKind.FINAL, promised=True)
    assert found.disclosure is Disclosure.BALLOTS
    assert [group.members for group in found.groups] == [94, 31]
    assert [share and share.seen for share in found.statements[0].shares] == [30, 30]
    while_open = view(EVERYBODY, [94, 31], promised=True)
    assert while_open.disclosure is Disclosure.OPEN
    assert [group.members for group in while_open.groups] == [None, None]


def test_groups_stand_by_letter_with_their_figures() -> None:
    found = view(EVERYBODY, [94, 31], letters=[2, 0])
    assert [(group.letter, group.colour) for group in found.groups] == [("A", 0), ("C", 2)]
    assert [share and share.agree for share in found.statements[0].shares] == [17, 67]
    assert found.figures is not None
    assert found.figures.members.tolist() == [31, 94]
    assert found.map is not None
    assert [(cell.group, cell.column) for cell in found.map.cells] == [(0, 0), (1, 2)]


def test_a_single_group_is_no_group() -> None:
    assert view([[[1, 1, 30]]], [32]).showing is Showing.NO_GROUPS


def test_a_statement_that_was_not_public_has_no_figures() -> None:
    found = replace(result(np.array(EVERYBODY), [94, 31]), out=np.array([True, False]))
    texts = [StatementText(id=uuid.UUID(int=n), number=n, text="", language="ja") for n in (1, 2)]
    shown = policies.view_of(consultation(), stamp(RunKind.LIVE), found, texts)
    assert shown.statements[0].shares == (None, None)
    assert shown.figures is not None
    assert shown.figures.listed.tolist() == [False, True]


def last(kind: RunKind = RunKind.LIVE, **times: datetime) -> LastRun:
    return LastRun(kind, times.get("votes_until", NOW), times.get("published_at", NOW))


@pytest.mark.parametrize(
    ("newest", "waiting", "later", "due"),
    [
        (None, 20, timedelta(), RunKind.LIVE),
        (None, 19, timedelta(), None),
        (last(), 20, timedelta(minutes=10), RunKind.LIVE),
        (last(), 19, timedelta(hours=10), None),
        (last(), 2_000, timedelta(minutes=9, seconds=59), None),
        # A planned close: none in the day before it, so that the final one need not wait.
        (last(), 2_000, CLOSES - NOW - timedelta(days=1, seconds=1), RunKind.LIVE),
        (last(), 2_000, CLOSES - NOW - timedelta(days=1), None),
        (None, 2_000, CLOSES - NOW - timedelta(hours=1), None),
        (last(), 0, CLOSES - NOW + timedelta(seconds=119), None),
        (last(), 0, CLOSES - NOW + timedelta(seconds=120), RunKind.FINAL),
        (None, 0, CLOSES - NOW + timedelta(days=9), RunKind.FINAL),
        (last(RunKind.FINAL, votes_until=CLOSES), 0, CLOSES - NOW + timedelta(days=9), None),
        # Closed within a day of a live run, by an office.
        (last(published_at=CLOSES), 19, CLOSES - NOW + timedelta(hours=23), None),
        (last(published_at=CLOSES), 20, CLOSES - NOW + timedelta(minutes=3), RunKind.FINAL),
        (last(published_at=CLOSES), 0, CLOSES - NOW + timedelta(days=1), RunKind.FINAL),
        # Closed, opened again and closed later.
        (last(RunKind.FINAL, votes_until=NOW), 0, CLOSES - NOW + timedelta(days=9), RunKind.FINAL),
    ],
)
def test_when_there_is_another_run(
    newest: LastRun | None, waiting: int, later: timedelta, due: RunKind | None
) -> None:
    assert policies.next_run(consultation(), newest, waiting, NOW + later) is due


def test_there_is_no_run_of_what_is_not_public() -> None:
    withdrawn = consultation().model_copy(update={"withdrawn_at": NOW})
    assert policies.next_run(withdrawn, None, 20, NOW) is None
