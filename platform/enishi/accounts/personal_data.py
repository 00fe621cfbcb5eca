"""The registry of personal data: every domain declares its columns.

A domain's `privacy.py` makes one PersonalData, `enishi/wiring.py` registers it. A test reads
the columns from the database's catalogue and fails on a column with personal data that no domain
declares.
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
"""Erases in a unit of work of its own; is idempotent."""
Leave = Callable[[uuid.UUID], Awaitable[None]]
"""Ends an account's memberships in the unit of work that closes it; may raise a refusal."""


class Fate(StrEnum):
    """What happens to a column when its person closes the account."""

    ERASED = "erased"
    KEPT = "kept"
    CUT = "cut"  # the row stays, the reference to the person is removed


@dataclass(frozen=True)
class Column:
    """`purpose` is why the column is held, as the person reads it; `kept_because` why it stays."""

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
    """Register a domain's declaration, or replace it. Raises ValueError for a column of another."""
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
