"""The participants of a session as CSV for spreadsheets."""

from collections.abc import AsyncIterator, Iterable

from enishi.kit import clock
from enishi.kit.i18n import gettext, gettext_lazy
from enishi.kit.spreadsheets import BYTE_ORDER_MARK, line
from enishi.programmes.applications import labels
from enishi.programmes.applications.schemas import ApplicantRow

_COLUMNS = (
    gettext_lazy("申込番号"),
    gettext_lazy("状態"),
    gettext_lazy("申込日時"),
    gettext_lazy("人数"),
    gettext_lazy("何人目"),
    gettext_lazy("区分"),
    gettext_lazy("氏名"),
    gettext_lazy("年齢"),
    gettext_lazy("配慮してほしいこと"),
    gettext_lazy("主催者への連絡"),
)


async def lines(applicants: AsyncIterator[ApplicantRow]) -> AsyncIterator[bytes]:
    """One line for each person, in the order of the parties' tickets. Memory holds one party.

    Labels are in the language that is current when the first line is requested.
    """
    yield (BYTE_ORDER_MARK + line(_COLUMNS)).encode()
    async for row in applicants:
        yield "".join(line(cells) for cells in _persons(row)).encode()


def _persons(row: ApplicantRow) -> Iterable[list[str]]:
    party = [
        row.receipt,
        str(labels.APPLICATION_STATES.get(row.state, row.state.value)),
        f"{clock.in_tokyo(row.applied_at):%Y-%m-%d %H:%M}",
        str(row.party_size),
    ]
    if not row.party:  # the account was closed, and the party erased with it
        return [[*party, "", "", gettext("（退会した方）"), "", "", ""]]
    return [
        [
            *party,
            str(number),
            str(labels.MEMBER_KINDS[member.kind]),
            member.name,
            "" if member.age is None else str(member.age),
            member.needs,
            row.note if number == 1 else "",
        ]
        for number, member in enumerate(row.party, start=1)
    ]
