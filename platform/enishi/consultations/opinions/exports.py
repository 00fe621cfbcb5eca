"""All opinions of a consultation as CSV for its office, a page at a time.

A row holds a day instead of an instant, no participant, and its number in the file instead of the
id, which holds the instant.
"""

import uuid
from collections.abc import AsyncIterator
from functools import partial
from itertools import count

from enishi.consultations import labels
from enishi.consultations.opinions import queries as opinions
from enishi.consultations.opinions.schemas import OfficeOpinion
from enishi.kit import clock
from enishi.kit.i18n import gettext
from enishi.kit.pagination import each_page
from enishi.kit.spreadsheets import BYTE_ORDER_MARK, line


async def opinion_lines(consultation_id: uuid.UUID) -> AsyncIterator[bytes]:
    """The header, then the opinions in every state; UTF-8 with a byte order mark."""
    yield (BYTE_ORDER_MARK + line(_columns())).encode()
    numbers = count(1)
    async for rows in each_page(partial(opinions.list_for_office, consultation_id)):
        yield "".join(line(_cells(next(numbers), each)) for each in rows).encode()


def _columns() -> tuple[str, ...]:
    return (
        gettext("番号"),
        gettext("受付日"),
        gettext("参加のしかた"),
        gettext("状態"),
        gettext("非表示の理由"),
        gettext("ニックネーム"),
        gettext("言語"),
        gettext("版"),
        gettext("ご意見"),
    )


def _cells(number: int, each: OfficeOpinion) -> tuple[object, ...]:
    return (
        number,
        each.received_on or clock.in_tokyo(each.created_at).date(),
        labels.CHANNELS[each.channel] if each.channel else "",
        labels.STATES[each.state],
        labels.HIDDEN_REASONS[each.hidden_reason] if each.hidden_reason else "",
        each.nickname,
        each.language,
        each.version,
        each.text,
    )
