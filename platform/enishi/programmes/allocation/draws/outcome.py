"""A whole draw: from its rule, entries and numbers to the seed, the ranks and the places."""

from collections.abc import Sequence
from dataclasses import dataclass

from enishi.programmes.allocation.draws import entries as entry_lists
from enishi.programmes.allocation.draws.entries import Entry
from enishi.programmes.allocation.draws.ranking import placed, ranked
from enishi.programmes.allocation.draws.rule import Rule, rule_hash
from enishi.programmes.allocation.draws.seed import seed_of


@dataclass(frozen=True)
class Official:
    """The commitment of an official, and the number once it is revealed. Both may be missing."""

    commitment: str | None = None
    number: str | None = None


@dataclass(frozen=True)
class Outcome:
    """`entries` in the order of their ids; `ranks` from 1, and `has_place`, in the same order."""

    rule_text: str
    rule_hash: str
    entries: list[Entry]
    hashes: list[str]
    entries_hash: str
    officials: tuple[Official, Official]
    seed: str
    ranks: list[int]
    has_place: list[bool]


def draw(rule_text: str, entries: Sequence[Entry], officials: tuple[Official, Official]) -> Outcome:
    """Hold a draw. The strata of `entries` are joined already, as they are at the deadline."""
    rule = Rule.model_validate_json(rule_text)
    listed = sorted(entries)
    hashes = [entry_lists.entry_hash(entry) for entry in listed]
    hash_of_rule, hash_of_entries = rule_hash(rule_text), entry_lists.entries_hash(hashes)
    numbers = [official.number for official in officials]
    seed = seed_of(rule.draw, hash_of_rule, hash_of_entries, numbers)
    order = ranked(listed, seed)
    rank_of = {entry.id: rank for rank, entry in enumerate(order, start=1)}
    chosen = placed(order, rule.capacity, rule.reserved)
    return Outcome(
        rule_text=rule_text,
        rule_hash=hash_of_rule,
        entries=listed,
        hashes=hashes,
        entries_hash=hash_of_entries,
        officials=officials,
        seed=seed,
        ranks=[rank_of[entry.id] for entry in listed],
        has_place=[entry.id in chosen for entry in listed],
    )
