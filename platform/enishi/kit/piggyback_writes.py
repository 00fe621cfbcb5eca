"""Piggyback writes: rows that a statement inserts beside its own work, in the same round trip.

A statement that locks a contended row makes every other transaction wait for each further round
trip of its own transaction, and on a busy web process for the event loop to schedule it. With
piggyback writes the job, the audit entry and the idempotency key are data-modifying CTEs of the
statement itself: the lock is held for one execution in PostgreSQL and no longer.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from enishi.kit import db


@dataclass(frozen=True)
class Returned:
    """A value that the statement returns in this column, known only when it runs."""

    column: str


@dataclass(frozen=True)
class Document:
    """A JSON document; a field of it may be Returned."""

    fields: Mapping[str, Any]


@dataclass(frozen=True)
class PiggybackWrite:
    """A row of `table` for each row that the statement returns: column -> value."""

    table: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Statement:
    """The WITH queries of a statement as SQL, the last of which is named `result`."""

    queries: str
    arguments: Sequence[Any]
    writes: Sequence[PiggybackWrite] = field(default=())

    def compose(self) -> tuple[str, list[Any]]:
        """The SQL (equal for equal shapes, so that its plan is reused) and its arguments."""
        # Only names of our own code become SQL; every value is an argument.
        arguments = list(self.arguments)
        parts = [self.queries]
        for number, write in enumerate(self.writes):
            values = ", ".join(_value(value, arguments) for value in write.values.values())
            insert = f"INSERT INTO {write.table} ({', '.join(write.values)})"
            parts.append(f"write_{number} AS ({insert} SELECT {values} FROM result)")  # noqa: S608
        return f"WITH {', '.join(parts)} SELECT * FROM result", arguments  # noqa: S608

    async def run(self) -> list[dict[str, Any]]:
        """The rows of `result`. An empty result inserts no piggyback rows."""
        sql, arguments = self.compose()
        return await db.fetch(sql, *arguments)


def _value(value: Any, arguments: list[Any]) -> str:
    if isinstance(value, Returned):
        return f"result.{value.column}"
    if isinstance(value, Document):
        return _document(value, arguments)
    arguments.append(value)
    return f"${len(arguments)}"


def _document(document: Document, arguments: list[Any]) -> str:
    returned = {name: each for name, each in document.fields.items() if isinstance(each, Returned)}
    plain = {name: each for name, each in document.fields.items() if name not in returned}
    arguments.append(json.dumps(plain, ensure_ascii=False))
    written = f"${len(arguments)}::jsonb"
    if not returned:
        return written
    pairs = ", ".join(f"'{name}', result.{each.column}" for name, each in returned.items())
    return f"{written} || jsonb_build_object({pairs})"
