"""Adds and removes rows of persons in a sent form, without JavaScript and without losing input."""

import re

from enishi.programmes.applications.schemas import LARGEST_PARTY

Typed = dict[str, list[str]]

_FIELD = re.compile(r"party\.([0-9]{1,4})\.([a-z]+)")
FIRST: Typed = {"party.0.kind": ["adult"]}


def count(typed: Typed) -> int:
    return len(_numbers(typed))


def changed(typed: Typed, step: str) -> Typed:
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
        kept[f"party.{len(numbers)}.kind"] = ["adult"]
    return kept


def _numbers(typed: Typed) -> list[int]:
    return sorted({int(match[1]) for name in typed if (match := _FIELD.fullmatch(name))})
