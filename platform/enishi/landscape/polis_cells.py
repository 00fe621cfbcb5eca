"""The cells of a Polis export. What is none of the known values is refused with file and line."""

from datetime import UTC, date, datetime, timedelta

from enishi.kit.i18n import gettext_lazy
from enishi.landscape.delimited import Rows

_VALUES = {"1": 1, "+1": 1, "0": 0, "-1": -1, "1.0": 1, "0.0": 0, "-1.0": -1}
_MODERATED = {"1": 1, "0": 0, "": 0, "-1": -1}
_META = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False, "": False}
_EARLIEST, _LATEST = 946_684_800, 4_102_444_800  # 2000 and 2100, in seconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_LANGUAGE = 5
_LARGEST_GROUP = 999


def group(rows: Rows, text: str) -> int:
    """The number of a group, -1 for none."""
    number = rows.number(text, "group-id") if text else -1
    if number > _LARGEST_GROUP:
        rows.refuse(gettext_lazy("グループの番号 %(number)d は大きすぎます。", number=number))
    return number


def optional_number(rows: Rows, cells: list[str], column: str) -> int | None:
    text = rows.text(cells, column)
    return rows.number(text, column) if text else None


def moderation(rows: Rows, text: str) -> int:
    if text not in _MODERATED:
        rows.refuse(
            gettext_lazy(
                "列「%(name)s」の値「%(value)s」は -1、0、1 のどれでもありません。",
                name="moderated",
                value=text[:40],
            )
        )
    return _MODERATED[text]


def is_meta(rows: Rows, text: str) -> bool:
    if text.lower() not in _META:
        rows.refuse(
            gettext_lazy(
                "列「%(name)s」の値「%(value)s」は true でも false でもありません。",
                name="is-meta",
                value=text[:40],
            )
        )
    return _META[text.lower()]


def language(rows: Rows, text: str) -> str:
    if len(text) > _LONGEST_LANGUAGE:
        rows.refuse(gettext_lazy("「%(value)s」は言語のコードではありません。", value=text[:40]))
    return text


def noon(rows: Rows, text: str) -> datetime:
    """Noon of a day in Japan, as an instant."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        rows.refuse(gettext_lazy("「%(value)s」は日付ではありません。", value=text[:40]))
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


class Instants:
    """The instants of one file, all in milliseconds or all in whole seconds."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._units: tuple[int, ...] = (1, 1000)  # a second, in the units that are still possible
        self.known = "timestamp" in rows.columns

    def read(self, cells: list[str]) -> datetime | None:
        if not self.known:
            return None
        return _EPOCH + timedelta(milliseconds=self.milliseconds(cells))

    def milliseconds(self, cells: list[str]) -> int:
        rows = self._rows
        text = cells[rows.columns["timestamp"]]
        number = rows.number(text, "timestamp")
        possible = [u for u in self._units if _EARLIEST * u <= number < _LATEST * u]
        if not possible:
            rows.refuse(
                gettext_lazy(
                    "「%(value)s」は、ほかの行と同じ単位（秒またはミリ秒）の時刻ではありません。",
                    value=text[:40],
                )
            )
        self._units = (possible[0],)
        return number * 1000 // possible[0]


def vote_value(rows: Rows, text: str) -> int:
    value = _VALUES.get(text.strip())
    if value is None:
        rows.refuse(
            gettext_lazy("投票「%(value)s」は -1、0、1 のどれでもありません。", value=text[:40])
        )
    return value
