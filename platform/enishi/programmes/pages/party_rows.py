"""Adds and removes rows of persons in a sent form, without JavaScript and without losing input."""

import re

from enishi.programmes.applications.policies import kinds
from enishi.programmes.applications.schemas import LARGEST_PARTY
from enishi.programmes.applications.tables import MemberKind
from enishi.programmes.listings.policies import is_for_minors
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.pages.party_total import ALONE, Party

Typed = dict[str, list[str]]

_FIELD = re.compile(r"party\.([0-9]{1,4})\.([a-z]+)")


def first(programme: ProgrammeView, party: Party = ALONE) -> Typed:
    """The rows that the form begins with: the party whose total was asked for, or the applicant.

    Where only children take part, one child, with an adult if they have to be accompanied.
    """
    if not is_for_minors(programme):
        children = party.child_count if MemberKind.CHILD in kinds(programme) else 0
        people = ["adult"] * party.adults + ["child"] * children
    elif programme.minors != "accompanied":
        people = ["child"] * max(party.child_count, 1)
    else:
        people = ["companion"] * party.adults + ["child"] * max(party.child_count, 1)
    return {f"party.{n}.kind": [kind] for n, kind in enumerate(people[:LARGEST_PARTY])}


def count(typed: Typed) -> int:
    return len(_numbers(typed))


def changed(typed: Typed, step: str, programme: ProgrammeView) -> Typed:
    """The typed fields after `add` or `remove-2`, with the rows numbered from 0."""
    numbers = _numbers(typed)
    verb, _, which = step.partition("-")
    if verb == "remove" and len(numbers) > 1:
        numbers = [number for number in numbers if str(number) != which]
    kept = {name: values for name, values in typed.items() if not _FIELD.fullmatch(name)}
    for place, number in enumerate(numbers):
        for name, values in typed.items():
            match = _FIELD.fullmatch(name)
            if match and int(match[1]) == number:
                kept[f"party.{place}.{match[2]}"] = values
    if verb == "add" and len(numbers) < LARGEST_PARTY:
        kind = "child" if is_for_minors(programme) else "adult"
        kept[f"party.{len(numbers)}.kind"] = [kind]
    return kept


def _numbers(typed: Typed) -> list[int]:
    return sorted({int(match[1]) for name in typed if (match := _FIELD.fullmatch(name))})
