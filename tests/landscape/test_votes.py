import numpy as np
import pytest

from enishi.landscape import Votes, VotesError
from enishi.landscape.engine import Engine


def test_the_last_vote_of_a_pair_counts() -> None:
    votes = Votes.from_events([5, 9, 5, 5], [1, 1, 2, 1], [1, 0, -1, -1])
    assert [column.tolist() for column in votes.events()] == [[0, 0, 1], [0, 1, 0], [-1, -1, 0]]


def test_ids_may_have_gaps_and_be_text() -> None:
    votes = Votes.from_events(["鈴木", "a-9", "鈴木"], [70_000, -3, -3], [1, 0, 1])
    assert votes.participant_ids.tolist() == ["a-9", "鈴木"]
    assert votes.statement_ids.tolist() == [-3, 70_000]
    assert votes.per_participant.tolist() == [1, 2]


def test_an_invalid_vote_is_refused_with_its_position() -> None:
    with pytest.raises(VotesError, match=r"vote 1 is .*2.*, not -1, 0 or 1"):
        Votes.from_events([1, 2], [1, 1], [0, 2])


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(VotesError, match="differ in length"):
        Votes.from_indices([0, 1], [0, 0], [1], participant_ids=2, statement_ids=1)


@pytest.mark.parametrize("statement", [-1, 3])
def test_an_index_outside_is_refused(statement: int) -> None:
    with pytest.raises(VotesError, match="statement number lies outside"):
        Votes.from_indices([0], [statement], [1], participant_ids=1, statement_ids=3)


def test_a_statement_without_votes_can_be_listed() -> None:
    votes = Votes.from_events([1], [5], [1], statement_ids=np.array([4, 5, 6]))
    assert votes.shape == (1, 3)
    with pytest.raises(VotesError, match="not among statement_ids"):
        Votes.from_events([1], [7], [1], statement_ids=np.array([4, 5, 6]))


@pytest.mark.parametrize(("statements", "kind"), [(21_845, np.uint16), (21_846, np.uint32)])
def test_codes_take_four_bytes_only_above_21845_statements(
    engine: Engine, statements: int, kind: type
) -> None:
    last = statements - 1
    _, codes = engine.sort_votes(
        np.array([0, 0], np.int32),
        np.array([last, 0], np.int32),
        np.array([1, -1], np.int8),
        (1, statements),
    )
    assert codes.dtype == kind
    assert codes.tolist() == [0, 3 * last + 2]


@pytest.mark.parametrize("people", [1, 5_000, 70_000])
def test_both_engines_build_the_same_rows_from_repeated_shuffled_events(
    engine: Engine, rng: np.random.Generator, people: int
) -> None:
    count, statements = 300_000, 40
    person = rng.integers(0, people, count, dtype=np.int32)
    statement = rng.integers(0, statements, count, dtype=np.int32)
    vote = rng.integers(-1, 2, count).astype(np.int8)
    last = {
        (p, s): v
        for p, s, v in zip(person.tolist(), statement.tolist(), vote.tolist(), strict=True)
    }
    offsets, codes = engine.sort_votes(person, statement, vote, (people, statements))
    votes = Votes(offsets, codes, np.arange(people), np.arange(statements))
    rows, columns, values = (column.tolist() for column in votes.events())
    assert dict(zip(zip(rows, columns, strict=True), values, strict=True)) == last
    assert votes.count == len(last)


def test_a_banned_participants_votes_are_removed() -> None:
    votes = Votes.from_events([1, 2, 3, 2], [1, 1, 2, 2], [1, -1, 0, 1])
    kept = votes.keep(np.array([True, False, True]))
    assert kept.participant_ids.tolist() == [1, 3]
    assert kept.events()[2].tolist() == [1, 0]


def test_the_fingerprint_depends_on_votes_and_ids_and_not_on_their_order() -> None:
    one = Votes.from_events([1, 2, 2], [1, 1, 2], [1, -1, 0])
    assert one.fingerprint() == Votes.from_events([2, 2, 1], [2, 1, 1], [0, -1, 1]).fingerprint()
    assert one.fingerprint() != Votes.from_events([1, 2, 2], [1, 1, 2], [1, -1, 1]).fingerprint()
    assert one.fingerprint() != Votes.from_events([1, 3, 3], [1, 1, 2], [1, -1, 0]).fingerprint()
