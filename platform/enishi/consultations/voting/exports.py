"""The public statements of a consultation as CSV, a page at a time.

A row holds a day instead of an instant and sums instead of votes, and no participant: nothing in it
can be combined with other data to find a person.
"""

import uuid
from collections.abc import AsyncIterator
from functools import partial

from enishi.consultations.voting import results
from enishi.consultations.voting.schemas import CountedStatement, VoteStep
from enishi.kit import clock
from enishi.kit.pagination import each_page
from enishi.kit.spreadsheets import line

# Open data: column names for programs, the same in each language.
# `landscape.polis_files` reads the file back.
_COLUMNS = (
    "number",
    "text",
    "language",
    "agrees",
    "disagrees",
    "passes",
    "is_meta",
    "written_on",
    "counted_at",
)


async def statement_lines(consultation_id: uuid.UUID) -> AsyncIterator[bytes]:
    """The header, then the public statements by number with their sums as of one step; UTF-8."""
    step = await results.find_step(consultation_id)
    yield line(_COLUMNS).encode()
    async for rows in each_page(partial(results.list_counted, consultation_id, step)):
        yield "".join(line(_cells(each, step)) for each in rows).encode()


def _cells(each: CountedStatement, step: VoteStep | None) -> tuple[object, ...]:
    """Empty cells for the sums of a statement that no step has counted: not known is not zero."""
    sums = each.sums
    counted = (sums.agrees, sums.disagrees, sums.passes) if sums else ("", "", "")
    return (
        each.number,
        each.text,
        each.language,
        *counted,
        "true" if each.is_meta else "false",
        clock.in_tokyo(each.created_at).date(),
        clock.in_tokyo(step.taken_at).isoformat(timespec="seconds") if sums and step else "",
    )
