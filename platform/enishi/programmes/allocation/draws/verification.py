"""A draw computed again from its file alone, and compared with what the file says."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from pydantic import ValidationError

from enishi.programmes.allocation.draws import outcome as outcomes
from enishi.programmes.allocation.draws.draw_file import DrawFileError, Header, Line, read
from enishi.programmes.allocation.draws.outcome import Outcome
from enishi.programmes.allocation.draws.rule import Rule, rule_hash
from enishi.programmes.allocation.draws.seed import commitment

MOST_NAMED = 20


@dataclass(frozen=True)
class VerifiedDraw:
    """What was compared. `differences`: each names its line; of many, the first ones."""

    draw: str
    rule_hash: str
    entries_hash: str
    seed: str
    entries: int
    placed: int
    persons: int
    differences: tuple[str, ...]


def verify(lines: Iterable[str]) -> VerifiedDraw:
    """Hold the draw of a file again. Raises DrawFileError if a line cannot be read."""
    header, listed = read(lines)
    try:
        rule = Rule.model_validate_json(header.rule)
    except ValidationError as error:
        raise DrawFileError(1, "rule: not one of this format") from error
    again = outcomes.draw(header.rule, [each.entry for each in listed], header.as_counted)
    found = [*_of_header(rule, header, len(listed)), *_of_order(listed)]
    if not found:  # else the computed lines are not beside those of the file
        found = [*_of_entries(rule, listed, again), *_of_strata(rule, listed)]
    if not found:
        found = [*_of_hashes(header, again), *_of_results(listed, again)]
    chosen = [each for each, has in zip(again.entries, again.has_place, strict=True) if has]
    return VerifiedDraw(
        draw=rule.draw,
        rule_hash=again.rule_hash,
        entries_hash=again.entries_hash,
        seed=again.seed,
        entries=len(listed),
        placed=len(chosen),
        persons=sum(entry.size for entry in chosen),
        differences=tuple(found[:MOST_NAMED]),
    )


def _of_header(rule: Rule, header: Header, entries: int) -> Iterator[str]:
    if rule_hash(header.rule) != header.rule_hash:
        yield "line 1: rule_hash is not the hash of the rule"
    if header.entries != entries:
        yield f"line 1: {header.entries:,} entries are announced, {entries:,} follow"
    for place, official in enumerate(header.officials, start=1):
        if official.number is None:
            continue
        if official.commitment != commitment(rule.draw, place, official.number):
            yield f"line 1: the number of official {place} is not the one committed to"


def _of_order(listed: list[Line]) -> Iterator[str]:
    for number, (before, line) in enumerate(pairwise(listed), start=3):
        if before.id >= line.id:
            yield f"line {number}: not in the order of the ids, or there twice"


def _of_entries(rule: Rule, listed: list[Line], again: Outcome) -> Iterator[str]:
    for number, (line, digest) in enumerate(zip(listed, again.hashes, strict=True), start=2):
        if digest != line.hash:
            yield f"line {number}: the entry is not that of its hash"
        if line.weight > rule.most_tickets:
            yield f"line {number}: {line.weight} tickets, the rule gives {rule.most_tickets}"


def _of_strata(rule: Rule, listed: list[Line]) -> Iterator[str]:
    """Lines of strata that should have been joined."""
    counts = Counter(line.stratum for line in listed)
    small = {code for code, count in counts.items() if len(listed) > count < rule.join_below}
    for number, line in enumerate(listed, start=2):
        if line.stratum in small:
            yield f"line {number}: the stratum has fewer than {rule.join_below} entries"


def _of_hashes(header: Header, again: Outcome) -> Iterator[str]:
    if header.entries_hash != again.entries_hash:
        yield "line 1: entries_hash is not the hash of the entries: a line is new, gone or replaced"
    elif header.seed != again.seed:
        yield "line 1: the seed is not that of the numbers and the entries"


def _of_results(listed: list[Line], again: Outcome) -> Iterator[str]:
    columns = zip(listed, again.ranks, again.has_place, strict=True)
    for number, (line, rank, has_place) in enumerate(columns, start=2):
        if line.rank != rank:
            yield f"line {number}: rank {line.rank:,}, computed {rank:,}"
        elif line.placed != has_place:
            yield f"line {number}: placed {line.placed}, computed {has_place}"
