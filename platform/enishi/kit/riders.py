"""Rows that ride along with a statement: written in the same round trip, or not at all.

A statement that holds a row everybody wants makes all others wait for each further round trip of
its transaction, and on a busy web process for that process to come round to it. With riders the
job, the audit entry and the form's key are part of the statement: the row is held for as long as
PostgreSQL needs, and no longer.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from enishi.kit import db


@dataclass(frozen=True)
class Returned:
    """What the statement returned in this column: known only once it has run."""

    column: str


@dataclass(frozen=True)
class Document:
    """A JSON document; a field of it may be something Returned."""

    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Rider:
    """A row of `table` for each row that the statement returns: column -> value."""

    table: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Statement:
    """The WITH queries of a statement as SQL, the last of which is named `result`."""

    queries: str
    arguments: Sequence[Any]
    riders: Sequence[Rider] = field(default=())

    def compose(self) -> tuple[str, list[Any]]:
        """The whole SQL, the same for the same shape of riders, and its arguments."""
        # Only names of our own code become SQL; every value is an argument.
        arguments = list(self.arguments)
        parts = [self.queries]
        for number, rider in enumerate(self.riders):
            values = ", ".join(_value(value, arguments) for value in rider.values.values())
            insert = f"INSERT INTO {rider.table} ({', '.join(rider.values)})"
            parts.append(f"rider_{number} AS ({insert} SELECT {values} FROM result)")  # noqa: S608
        return f"WITH {', '.join(parts)} SELECT * FROM result", arguments  # noqa: S608

    async def run(self) -> list[dict[str, Any]]:
        """The rows of `result`. Without any, no rider is written."""
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
