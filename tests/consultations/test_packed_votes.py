"""Packed votes: changes applied bit by bit give the bits of a full load."""

import uuid
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from enishi.consultations.landscape_runs.packed_votes import WITHDRAWN, PackedVotes
from enishi.landscape.votes import LARGEST_TWO_BYTE

Change = tuple[int, int, int]  # person, number of the statement, vote or WITHDRAWN
PEOPLE = sorted(uuid.UUID(int=n * 0x0123456789ABCDEF0123456789ABCD01 % 2**128) for n in range(8))
changes = st.lists(
    st.lists(
        st.tuples(st.integers(0, 7), st.integers(1, 5), st.sampled_from([-1, 0, 1, WITHDRAWN])),
        unique_by=lambda change: change[:2],
    ),
    max_size=5,
)


def _columns(batch: list[Change]) -> tuple[npt.NDArray[Any], ...]:
    ids = np.frombuffer(b"".join(PEOPLE[person].bytes for person, _, _ in batch), "S16")
    numbers = np.array([number for _, number, _ in batch], np.int32)
    return ids, numbers, np.array([vote for _, _, vote in batch], np.int8)


def _at_once(votes: dict[tuple[int, int], int]) -> PackedVotes:
    rows = [(person, number, vote) for (person, number), vote in votes.items()]
    ids = np.frombuffer(b"".join(each.bytes for each in PEOPLE), "S16")
    people, numbers, cast = (np.array([row[k] for row in rows], np.int32) for k in range(3))
    return PackedVotes.of(ids, people, numbers, cast)


def _same(one: PackedVotes, other: PackedVotes) -> bool:
    pairs = zip(
        (one.participants, one.lengths, one.codes),
        (other.participants, other.lengths, other.codes),
        strict=True,
    )
    return all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in pairs)


@given(changes)
def test_changes_give_the_bits_of_a_full_load(batches: list[list[Change]]) -> None:
    packed, votes = PackedVotes.none(), {}
    for batch in batches:
        packed = packed.changed(*_columns(batch))
        votes |= {(person, number): vote for person, number, vote in batch}
        votes = {key: vote for key, vote in votes.items() if vote != WITHDRAWN}
        assert _same(packed, _at_once(votes))


@given(changes)
def test_columns_are_the_statements_with_votes(batches: list[list[Change]]) -> None:
    votes = {(p, n): v for batch in batches for p, n, v in batch if v != WITHDRAWN}
    found = _at_once(votes).as_votes(np.arange(len({person for person, _ in votes})))
    assert found.statement_ids.tolist() == sorted({number for _, number in votes})
    rows, columns, cast = found.events()
    people = sorted({person for person, _ in votes})
    numbers = found.statement_ids[columns].tolist()
    told = {
        (people[row], number): vote
        for row, number, vote in zip(rows.tolist(), numbers, cast.tolist(), strict=True)
    }
    assert told == votes


def test_taking_participants_in_another_order_keeps_their_votes() -> None:
    packed = _at_once({(0, 1): 1, (0, 2): -1, (1, 2): 0, (2, 1): 1, (2, 3): 1})
    taken = packed.taken(np.array([2, 0, 1]))
    assert taken.lengths.tolist() == [2, 2, 1]
    assert taken.codes.tolist() == [5, 11, 5, 6, 7]
    assert taken.participants.tolist() == [packed.participants[k] for k in (2, 0, 1)]


def test_a_large_number_makes_codes_wider() -> None:
    packed = _at_once({(0, 1): 1})
    ids, _, votes = _columns([(1, 1, -1)])
    wide = packed.changed(ids, np.array([LARGEST_TWO_BYTE + 5]), votes)
    assert wide.codes.tolist() == [5, 3 * (LARGEST_TWO_BYTE + 5)]
    assert wide.as_votes(np.arange(2)).codes.tolist() == [2, 3]
