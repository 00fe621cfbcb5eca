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
from enishi.kit.i18n import gettext_lazy
from enishi.kit.pagination import each_page
from enishi.kit.spreadsheets import Column, Kind, Layout

OPINIONS = Layout(
    "opinions",
    gettext_lazy("寄せられたご意見"),
    gettext_lazy("対話に寄せられたすべてのご意見。公開していないものを含みます。"),
    (
        Column("number", gettext_lazy("番号"), gettext_lazy("ファイルの中での番号。"), Kind.NUMBER),
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
        Column("language", gettext_lazy("言語"), gettext_lazy("本文の言語の符号。jaは日本語。")),
        Column("version", gettext_lazy("版"), gettext_lazy("何度目の書き直しか。"), Kind.NUMBER),
        Column("opinion", gettext_lazy("ご意見"), gettext_lazy("書かれたままの本文。")),
    ),
    is_public=False,
)


async def opinion_lines(consultation_id: uuid.UUID) -> AsyncIterator[bytes]:
    """The header, then the opinions in every state."""
    yield OPINIONS.head()
    numbers = count(1)
    async for rows in each_page(partial(opinions.list_for_office, consultation_id)):
        yield "".join(OPINIONS.line(_row(next(numbers), each)) for each in rows).encode()


def _row(number: int, each: OfficeOpinion) -> tuple[object, ...]:
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
