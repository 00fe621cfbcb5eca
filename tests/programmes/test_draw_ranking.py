"""Ranks and places of a draw: chances by weight, parties whole, no justified envy."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.programmes import draws

from enishi.programmes.allocation.draws.entries import (
    GENERAL,
    JOINED,
    Entry,
    entries_hash,
    entry_hash,
    entry_id,
    with_small_strata_joined,
)
from enishi.programmes.allocation.draws.outcome import Official, draw
from enishi.programmes.allocation.draws.ranking import placed, ranked
from enishi.programmes.allocation.draws.rule import Rule, rule_hash
from enishi.programmes.allocation.draws.seed import commitment, replacement, seed_of

CODES = ("family", GENERAL, "first_time")


def _seed(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


@st.composite
def _entries(draw_: st.DrawFn) -> list[Entry]:
    rows = draw_(
        st.lists(
            st.tuples(st.integers(1, 6), st.integers(1, 3), st.sampled_from(CODES)), max_size=40
        )
    )
    return [Entry(entry_id(str(number), ""), *row) for number, row in enumerate(rows)]


_reserved = st.dictionaries(st.sampled_from(CODES), st.integers(1, 6), max_size=3)


@given(_entries(), st.integers(18, 60), _reserved, st.integers(0, 1000))
@settings(max_examples=300, deadline=None)
def test_no_party_envies_one_that_is_no_smaller(
    entries: list[Entry], capacity: int, reserved: dict[str, int], number: int
) -> None:
    joined = with_small_strata_joined(entries, 5)
    order = ranked(joined, _seed(number))
    chosen = placed(order, capacity, reserved)
    assert sum(entry.size for entry in order if entry.id in chosen) <= capacity
    for place, loser in enumerate(order):
        if loser.id not in chosen:
            assert not [
                winner
                for winner in order[place + 1 :]
                if winner.id in chosen
                and winner.size >= loser.size
                and winner.stratum == loser.stratum
            ]


@given(_entries(), st.integers(18, 60), _reserved, st.integers(0, 1000))
@settings(max_examples=100, deadline=None)
def test_no_seat_stays_free_that_a_party_fits_into(
    entries: list[Entry], capacity: int, reserved: dict[str, int], number: int
) -> None:
    order = ranked(with_small_strata_joined(entries, 5), _seed(number))
    chosen = placed(order, capacity, reserved)
    free = capacity - sum(entry.size for entry in order if entry.id in chosen)
    assert all(entry.size > free for entry in order if entry.id not in chosen)


@given(_entries(), st.integers(0, 1000), st.randoms())
@settings(max_examples=100, deadline=None)
def test_the_order_in_which_parties_applied_does_not_matter(
    entries: list[Entry], number: int, chance: object
) -> None:
    shuffled = sorted(entries, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert ranked(shuffled, _seed(number)) == ranked(entries, _seed(number))


@given(_entries(), st.integers(1, 8))
def test_strata_below_the_limit_are_one(entries: list[Entry], below: int) -> None:
    joined = with_small_strata_joined(entries, below)
    sizes = Counter(entry.stratum for entry in joined)
    assert len(sizes) <= 1 or min(sizes.values()) >= below
    assert with_small_strata_joined(joined, below) == joined
    assert sorted(each[:3] for each in joined) == sorted(each[:3] for each in entries)
    large = {code for code, n in Counter(each.stratum for each in entries).items() if n >= below}
    if len(large) == len({each.stratum for each in entries}):
        assert JOINED not in sizes


def test_tickets_are_chances() -> None:
    """First of one party with three tickets and three with one: 1 in 2, over 4,000 seeds."""
    entries = [Entry(entry_id(str(n), ""), 1, 3 if n == 0 else 1, GENERAL) for n in range(4)]
    first = Counter(ranked(entries, _seed(number))[0].id for number in range(4000))
    assert abs(first[entries[0].id] / 4000 - 1 / 2) < 4 * (1 / 4 / 4000) ** 0.5
    others = [first[entry.id] / 4000 for entry in entries[1:]]
    assert all(abs(share - 1 / 6) < 4 * (5 / 36 / 4000) ** 0.5 for share in others)


def test_reserved_seats_go_to_their_stratum_first() -> None:
    families = [Entry(entry_id(f"f{n}", ""), 4, 1, "family") for n in range(5)]
    others = [Entry(entry_id(f"o{n}", ""), 1, 1, GENERAL) for n in range(95)]
    for number in range(30):
        order = ranked([*families, *others], _seed(number))
        chosen = placed(order, 10, {"family": 4})
        of_families = sum(entry.id in chosen for entry in families)
        assert of_families >= 1
        assert sum(entry.size for entry in order if entry.id in chosen) == 10


def test_seats_of_a_stratum_that_was_joined_go_to_the_joined_one() -> None:
    entries = draws.crowd(30)
    only = [entry._replace(stratum=JOINED) for entry in entries]
    order = ranked(only, _seed(1))
    assert placed(order, 20, {"family": 4}) == placed(order, 20, {})


def test_a_party_that_does_not_fit_is_passed_over() -> None:
    order = [Entry("a", 3, 1, GENERAL), Entry("b", 2, 1, GENERAL), Entry("c", 1, 1, GENERAL)]
    assert placed(order, 4, {}) == {"a", "c"}
    assert placed([], 4, {"family": 2}) == set()


def test_the_seed_needs_both_numbers() -> None:
    entries = entries_hash(entry_hash(entry) for entry in draws.crowd(10))
    text = draws.rule().text()
    seeds = {
        seed_of(draws.DRAW, rule_hash(text), entries, numbers)
        for numbers in (("aa", "bb"), ("ab", "bb"), ("aa", "bc"), ("bb", "aa"), ("aa", None))
    }
    assert len(seeds) == 5
    assert replacement(draws.DRAW, 1, entries) != replacement(draws.DRAW, 2, entries)


def test_a_commitment_is_of_one_official_and_one_draw() -> None:
    made = {commitment(draw_, place, "aa") for draw_ in (draws.DRAW, "other") for place in (1, 2)}
    assert len(made) == 4


def test_a_draw_without_entries_or_officials_can_be_held() -> None:
    empty = draw(draws.rule().text(), [], (Official(), Official()))
    assert empty.ranks == empty.has_place == []
    assert len(empty.seed) == 64


def test_a_rule_reserves_no_more_seats_than_there_are() -> None:
    with pytest.raises(ValidationError):
        draws.rule(3, reserved={"family": 4})
    assert Rule.model_validate_json(draws.rule().text()) == draws.rule()
