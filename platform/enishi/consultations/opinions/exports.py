"""All opinions of a consultation as CSV for its office, a page at a time.

A row holds a day instead of an instant, no participant, and its number in the file instead of the
id. Members who do not handle single opinions get the month instead of the day, and a secret order:
beside the figures of a day, the order of entry would tell who wrote what.
"""

import uuid
from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from itertools import count, islice

from enishi.consultations import labels
from enishi.consultations.core.kinds import State
from enishi.consultations.opinions import queries as opinions
from enishi.consultations.opinions.schemas import OfficeOpinion
from enishi.kit import clock, keyring
from enishi.kit.i18n import gettext_lazy
from enishi.kit.pagination import each_page
from enishi.kit.spreadsheets import Column, Kind, Layout

_NUMBER = Column(
    "number", gettext_lazy("番号"), gettext_lazy("ファイルの中での番号。"), Kind.NUMBER
)
_TEXTS = (
    Column("language", gettext_lazy("言語"), gettext_lazy("本文の言語の符号。jaは日本語。")),
    Column("version", gettext_lazy("版"), gettext_lazy("何度目の書き直しか。"), Kind.NUMBER),
    Column("opinion", gettext_lazy("ご意見"), gettext_lazy("書かれたままの本文。")),
)
OPINIONS = Layout(
    "opinions",
    gettext_lazy("寄せられたご意見"),
    gettext_lazy("対話に寄せられたすべてのご意見。公開していないものを含みます。"),
    (
        _NUMBER,
        Column(
            "received_on", gettext_lazy("受付日"), gettext_lazy("届いた日（日本時間）。"), Kind.DAY
        ),
        Column(
            "channel",
            gettext_lazy("参加のしかた"),
            gettext_lazy("アカウント、ゲスト、紙など、どう届いたか。"),
        ),
        Column("state", gettext_lazy("状態"), gettext_lazy("公開中、確認待ち、非表示など。")),
        Column("hidden_reason", gettext_lazy("非表示の理由"), gettext_lazy("非表示のときだけ。")),
        Column("nickname", gettext_lazy("ニックネーム"), gettext_lazy("本人が書いた名前。")),
        *_TEXTS,
    ),
    is_public=False,
)
OPINIONS_BY_MONTH = Layout(
    "opinions-by-month",
    gettext_lazy("寄せられたご意見（月ごと）"),
    gettext_lazy(
        "対話に寄せられたすべてのご意見。並び順に意味はありません。公開していないものは、"
        "状態だけを示します。"
    ),
    (
        _NUMBER,
        Column("received_year", gettext_lazy("受付年"), gettext_lazy("西暦。"), Kind.NUMBER),
        Column(
            "received_month",
            gettext_lazy("受付月"),
            gettext_lazy("届いた月（日本時間）。"),
            Kind.NUMBER,
        ),
        Column("state", gettext_lazy("状態"), gettext_lazy("公開中、確認待ち、非表示など。")),
        *_TEXTS,
    ),
    is_public=False,
)
_ORDER = "consultations.opinions.order"
_PAGE = 200


async def opinion_lines(consultation_id: uuid.UUID) -> AsyncIterator[bytes]:
    """The header, then the opinions in every state."""
    yield OPINIONS.head()
    numbers = count(1)
    async for rows in each_page(partial(opinions.list_for_office, consultation_id)):
        yield "".join(OPINIONS.line(_row(next(numbers), each)) for each in rows).encode()


async def opinion_lines_by_month(consultation_id: uuid.UUID) -> AsyncIterator[bytes]:
    """The header, then the opinions in every state, in the order of a keyed hash of their ids."""
    yield OPINIONS_BY_MONTH.head()
    order = keyring.ring().mac
    ids = iter(
        sorted(
            await opinions.list_ids(consultation_id),
            key=lambda each: order(_ORDER, each.bytes),
        )
    )
    numbers = count(1)
    while chosen := list(islice(ids, _PAGE)):
        rows = {each.id: each for each in await opinions.list_chosen(consultation_id, chosen)}
        # An opinion may be erased while the file is read.
        found = [rows[each] for each in chosen if each in rows]
        lines = (OPINIONS_BY_MONTH.line(_row_of_month(next(numbers), each)) for each in found)
        yield "".join(lines).encode()


def _row_of_month(number: int, each: OfficeOpinion) -> tuple[object, ...]:
    day = _received_on(each)
    is_public = each.state is State.ACCEPTED
    return (
        number,
        day.year,
        day.month,
        labels.STATES[each.state],
        each.language if is_public else "",
        each.version if is_public else None,
        each.text if is_public else "",
    )


def _received_on(each: OfficeOpinion) -> date:
    return each.received_on or clock.in_tokyo(each.created_at).date()


def _row(number: int, each: OfficeOpinion) -> tuple[object, ...]:
    return (
        number,
        _received_on(each),
        labels.CHANNELS[each.channel] if each.channel else "",
        labels.STATES[each.state],
        labels.HIDDEN_REASONS[each.hidden_reason] if each.hidden_reason else "",
        each.nickname,
        each.language,
        each.version,
        each.text,
    )
