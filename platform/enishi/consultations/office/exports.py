"""Statements for everybody and opinions for their office, as CSV, a page at a time.

Days and not instants, sums and not votes, nobody's participant: what is said here cannot be put
together with anything to find a person.
"""

import uuid
from collections.abc import AsyncIterator, Iterable
from functools import partial

from enishi.consultations import labels
from enishi.consultations.opinions import queries as opinions
from enishi.consultations.opinions.schemas import OfficeOpinion
from enishi.consultations.voting import queries as statements
from enishi.consultations.voting.schemas import StatementView
from enishi.kit import clock
from enishi.kit.i18n import gettext
from enishi.kit.pagination import each_page
from enishi.kit.spreadsheets import BYTE_ORDER_MARK, line

_STATEMENTS = ("number", "text", "language", "agrees", "disagrees", "passes", "written_on")


async def statement_lines(consultation_id: uuid.UUID) -> AsyncIterator[bytes]:
    """The public statements with their exact sums. Open data: names of columns for programs."""
    yield line(_STATEMENTS).encode()
    async for rows in each_page(partial(statements.list_public, consultation_id)):
        yield _lines(map(_statement, rows))


async def opinion_lines(consultation_id: uuid.UUID) -> AsyncIterator[bytes]:
    """Every opinion of a dialogue in whatever state, for people who read it in a spreadsheet."""
    yield (BYTE_ORDER_MARK + line(_opinion_columns())).encode()
    async for rows in each_page(partial(opinions.list_for_office, consultation_id)):
        yield _lines(map(_opinion, rows))


def _lines(rows: Iterable[tuple[object, ...]]) -> bytes:
    return "".join(map(line, rows)).encode()


def _statement(each: StatementView) -> tuple[object, ...]:
    return (
        each.number,
        each.text,
        each.language,
        each.agrees,
        each.disagrees,
        each.passes,
        clock.in_tokyo(each.created_at).date(),
    )


def _opinion(each: OfficeOpinion) -> tuple[object, ...]:
    return (
        each.id,
        each.received_on or clock.in_tokyo(each.created_at).date(),
        labels.CHANNELS[each.channel] if each.channel else "",
        labels.STATES[each.state],
        labels.HIDDEN_REASONS[each.hidden_reason] if each.hidden_reason else "",
        each.nickname,
        each.language,
        each.version,
        each.text,
    )


def _opinion_columns() -> tuple[str, ...]:
    return (
        "ID",
        gettext("受付日"),
        gettext("参加のしかた"),
        gettext("状態"),
        gettext("非表示の理由"),
        gettext("ニックネーム"),
        gettext("言語"),
        gettext("版"),
        gettext("ご意見"),
    )
