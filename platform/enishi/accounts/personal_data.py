"""Where data of people lies: every domain declares its own, here they are brought together.

A domain's `privacy.py` makes one PersonalData, `enishi/wiring.py` registers it. A test reads
the columns from the database itself and fails on one that holds a person and that nobody
declared.
"""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from enishi.kit.i18n import LazyText

Export = Callable[[uuid.UUID], AsyncIterator[tuple[str, Any]]]
"""Yields (heading, JSON value) pairs: one document or one row at a time, never everything."""
Erase = Callable[[uuid.UUID], Awaitable[None]]
"""Erases in a unit of work of its own; may be called twice."""


Leave = Callable[[uuid.UUID], Awaitable[None]]
"""Ends what an open account takes part in, in the unit of work that closes it; may refuse."""


class Fate(StrEnum):
    """What becomes of a column when its person leaves."""

    ERASED = "erased"
    KEPT = "kept"
    CUT = "cut"  # the row stays, the link to the person goes


@dataclass(frozen=True)
class Column:
    """`purpose` is why it is held, in the words the person reads; `kept_because` if it stays."""

    fate: Fate
    purpose: LazyText
    kept_because: LazyText | None = None


@dataclass(frozen=True)
class PersonalData:
    """One domain's declaration. `columns` maps "table.column" to what it is for."""

    domain: str
    title: LazyText
    columns: Mapping[str, Column]
    export: Export
    erase: Erase
    leave: Leave | None = None


@dataclass
class _Registry:
    declared: dict[str, PersonalData] = field(default_factory=dict)


_registry = _Registry()


def register(personal_data: PersonalData) -> None:
    """Called by wiring. Declaring a domain again replaces it; a column has one owner."""
    others = [each for each in declarations() if each.domain != personal_data.domain]
    for other in others:
        twice = other.columns.keys() & personal_data.columns.keys()
        if twice:
            raise ValueError(f"{personal_data.domain} and {other.domain} both declare {twice}")
    _registry.declared[personal_data.domain] = personal_data


def declarations() -> list[PersonalData]:
    return list(_registry.declared.values())


def declared_columns() -> dict[str, Column]:
    return {name: column for each in declarations() for name, column in each.columns.items()}
