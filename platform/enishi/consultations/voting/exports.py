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
from enishi.kit.i18n import gettext_lazy
from enishi.kit.pagination import each_page
from enishi.kit.spreadsheets import Column, Kind, Layout

_VOTES = gettext_lazy("票")
# Names that `landscape.polis_files` reads back, as it does the Japanese headers.
STATEMENTS = Layout(
    "statements",
    gettext_lazy("意見カードと投票の数"),
    gettext_lazy("公開中の意見カード。投票は「集計時刻」の集計による数で、調整していません。"),
    (
        Column("number", gettext_lazy("番号"), gettext_lazy("対話の中での番号。"), Kind.NUMBER),
        Column("text", gettext_lazy("意見カード"), gettext_lazy("書かれたままの本文。")),
        Column("language", gettext_lazy("言語"), gettext_lazy("本文の言語の符号。jaは日本語。")),
        Column("agrees", gettext_lazy("賛成"), gettext_lazy("賛成の数。"), Kind.NUMBER, _VOTES),
        Column("disagrees", gettext_lazy("反対"), gettext_lazy("反対の数。"), Kind.NUMBER, _VOTES),
        Column("passes", gettext_lazy("パス"), gettext_lazy("パスの数。"), Kind.NUMBER, _VOTES),
        Column(
            "is_meta",
            gettext_lazy("対話についてのカード"),
            gettext_lazy("1なら、対話のテーマではなく、対話そのものについてのカード。"),
            Kind.NUMBER,
        ),
        Column("written_on", gettext_lazy("書かれた日"), gettext_lazy("日本時間の日。"), Kind.DAY),
        Column(
            "counted_at",
            gettext_lazy("集計時刻"),
            gettext_lazy("投票の数がいつの集計か。まだ集計していないカードは、数とともに空です。"),
            Kind.INSTANT,
        ),
    ),
)


async def statement_lines(consultation_id: uuid.UUID) -> AsyncIterator[bytes]:
    """The header, then the public statements by number with their sums as of one step."""
    step = await results.find_step(consultation_id)
    yield STATEMENTS.head()
    async for rows in each_page(partial(results.list_counted, consultation_id, step)):
        yield "".join(STATEMENTS.line(_row(each, step)) for each in rows).encode()


def _row(each: CountedStatement, step: VoteStep | None) -> tuple[object, ...]:
    """Empty cells for the sums of a statement that no step has counted: not known is not zero."""
    sums = each.sums
    counted = (sums.agrees, sums.disagrees, sums.passes) if sums else (None,) * 3
    return (
        each.number,
        each.text,
        each.language,
        *counted,
        each.is_meta,
        clock.in_tokyo(each.created_at).date(),
        step.taken_at if sums and step else None,
    )
