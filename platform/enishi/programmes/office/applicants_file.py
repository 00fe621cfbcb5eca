"""The participants of a session as CSV for spreadsheets."""

from collections.abc import AsyncIterator, Iterable

from enishi.kit.i18n import gettext, gettext_lazy
from enishi.kit.spreadsheets import Column, Kind, Layout
from enishi.programmes.applications import labels
from enishi.programmes.applications.schemas import ApplicantRow

APPLICANTS = Layout(
    "applicants",
    gettext_lazy("体験の参加者名簿"),
    gettext_lazy("書き出したときの、その回の申込。一人が一行です。"),
    (
        Column("receipt", gettext_lazy("申込番号"), gettext_lazy("申込ごとの番号。")),
        Column("state", gettext_lazy("状態"), gettext_lazy("参加決定、キャンセル待ち、取消など。")),
        Column(
            "applied_at", gettext_lazy("申込日時"), gettext_lazy("申し込んだとき。"), Kind.INSTANT
        ),
        Column(
            "party_size",
            gettext_lazy("人数"),
            gettext_lazy("その申込の人数。"),
            Kind.NUMBER,
            gettext_lazy("人"),
        ),
        Column("member", gettext_lazy("何人目"), gettext_lazy("申込の中での順。"), Kind.NUMBER),
        Column("kind", gettext_lazy("区分"), gettext_lazy("おとな、こどもなど。")),
        Column("name", gettext_lazy("氏名"), gettext_lazy("申込のときに書かれた名前。")),
        Column(
            "age",
            gettext_lazy("年齢"),
            gettext_lazy("申込のときの年齢。"),
            Kind.NUMBER,
            gettext_lazy("歳"),
        ),
        Column("mark", gettext_lazy("出欠"), gettext_lazy("出席、欠席、または未記録。")),
        Column("needs", gettext_lazy("配慮してほしいこと"), gettext_lazy("本人が書いた文。")),
        Column(
            "note", gettext_lazy("主催者への連絡"), gettext_lazy("申込に一つ。一人目の行だけ。")
        ),
    ),
    is_public=False,
)


async def lines(applicants: AsyncIterator[ApplicantRow]) -> AsyncIterator[bytes]:
    """One line for each person, in the order of the parties' tickets. Memory holds one party.

    Labels are in the language that is current when the first line is requested.
    """
    yield APPLICANTS.head()
    async for row in applicants:
        yield "".join(map(APPLICANTS.line, _persons(row))).encode()


def _persons(row: ApplicantRow) -> Iterable[list[object]]:
    party: list[object] = [
        row.receipt,
        labels.APPLICATION_STATES.get(row.state, row.state.value),
        row.applied_at,
        row.party_size,
    ]
    if not row.party:  # the account was closed, and the party erased with it
        return [[*party, None, "", gettext("（退会した方）"), None, "", "", ""]]
    return [
        [
            *party,
            number,
            labels.MEMBER_KINDS[member.kind],
            member.name,
            member.age,
            labels.MARKS[row.marks[number - 1]],
            member.needs,
            row.note if number == 1 else "",
        ]
        for number, member in enumerate(row.party, start=1)
    ]
