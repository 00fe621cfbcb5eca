"""The public statements of a consultation as CSV, a page at a time.

A row holds a day instead of an instant and sums instead of votes, and no participant: nothing in it
can be combined with other data to find a person.
"""

import uuid
from collections.abc import AsyncIterator
from functools import partial

from enishi.consultations.voting import queries as statements
from enishi.consultations.voting.schemas import StatementView
from enishi.kit import clock
from enishi.kit.pagination import each_page
from enishi.kit.spreadsheets import line

# Open data: column names for programs, the same in each language.
# `landscape.polis_files` reads the file back.
_COLUMNS = ("number", "text", "language", "agrees", "disagrees", "passes", "is_meta", "written_on")


async def statement_lines(consultation_id: uuid.UUID) -> AsyncIterator[bytes]:
    """The header, then the public statements by number with their exact sums; UTF-8."""
    yield line(_COLUMNS).encode()
    async for rows in each_page(partial(statements.list_public, consultation_id)):
        yield "".join(line(_cells(each)) for each in rows).encode()


def _cells(each: StatementView) -> tuple[object, ...]:
    return (
        each.number,
        each.text,
        each.language,
        each.agrees,
        each.disagrees,
        each.passes,
        "true" if each.is_meta else "false",
        clock.in_tokyo(each.created_at).date(),
    )
