"""Joins and votes by hour as a table of a file: as coarse as the page has them."""

from collections.abc import Iterable, Iterator

from enishi.consultations.office.schemas import HourOfDay
from enishi.kit.i18n import gettext, gettext_lazy
from enishi.kit.spreadsheets import Column, Kind, Layout, Row, counted

_TENS = gettext_lazy("10未満を切り捨てた数。")
_PEOPLE, _VOTES = gettext_lazy("人"), gettext_lazy("票")
HOURS = Layout(
    "hours",
    gettext_lazy("時間ごとの参加と投票"),
    gettext_lazy("日本時間。新しい順です。どの数も10に満たない時間は載せていません。"),
    (
        Column("day", gettext_lazy("日"), gettext_lazy("日本時間の日。"), Kind.DAY),
        Column("hour", gettext_lazy("時"), gettext_lazy("0から23まで。"), Kind.NUMBER),
        *counted("guests", gettext_lazy("新しいゲスト"), _TENS, _PEOPLE),
        *counted("guest_votes", gettext_lazy("ゲストの投票"), _TENS, _VOTES),
        *counted("others", gettext_lazy("そのほかの新しい参加者"), _TENS, _PEOPLE),
        *counted("other_votes", gettext_lazy("そのほかの投票"), _TENS, _VOTES),
    ),
    is_public=False,
)


def hour_rows(hours: Iterable[HourOfDay]) -> Iterator[Row]:
    """A row for each hour."""
    for each in hours:
        counts = (each.guests, each.guest_votes, each.others, each.other_votes)
        yield (each.day, each.hour, *(cell for count in counts for cell in _tens(count)))


def _tens(count: int) -> tuple[int | None, str | None]:
    return (count // 10 * 10, None) if count >= 10 else (None, gettext("10未満"))
