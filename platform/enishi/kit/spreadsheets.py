"""The one writer of files for spreadsheets: CSV (RFC 4180), UTF-8 with a byte order mark.

A file is declared as a `Layout` whose columns say what they mean; the page `dictionaries` of the
statistics shows all of them. Headers are Japanese; below /en they are the columns' names for
programs. A number column holds numbers or nothing: a range or a band stands as text in the column
behind it (`counted`), and no text is taken for a number, a day or a formula (`spreadsheet_cells`).
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import islice

from enishi.kit import clock
from enishi.kit.i18n import Language, LazyText, current_language, gettext_lazy
from enishi.kit.spreadsheet_cells import as_text, csv_line

MEDIA_TYPE = "text/csv"  # Litestar adds the charset
_BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as Shift_JIS
_CHUNK = 500  # rows in one piece of a stream

Row = Sequence[object]


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """name: for programs, never changed. title: the header for readers."""

    name: str
    title: LazyText
    meaning: LazyText
    kind: Kind = Kind.TEXT
    unit: LazyText | None = None

    @property
    def header(self) -> str:
        return self.name if current_language() is Language.EN else str(self.title)

    def written(self, cell: object) -> object:
        """The cell as it stands in the file. Raises TypeError if it is not of the column's kind."""
        if cell is None:
            return None
        if self.kind is Kind.NUMBER:
            return _number(self, cell)
        if self.kind is Kind.DAY and type(cell) is date:
            return cell.isoformat()
        if self.kind is Kind.INSTANT and isinstance(cell, datetime):
            return f"{clock.in_tokyo(cell):%Y-%m-%d %H:%M:%S}"
        if self.kind is Kind.TEXT:
            return as_text(str(cell))
        raise TypeError(f"{self.name}: {cell!r} is no {self.kind}")


def _number(column: Column, cell: object) -> int | float:
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, int | float):
        return cell
    raise TypeError(f"{column.name}: {cell!r} is no number")


def counted(
    name: str, title: LazyText, meaning: LazyText, unit: LazyText | None = None
) -> tuple[Column, Column]:
    """A column of numbers, and the one for what is said instead of a number."""
    return (
        Column(name, title, meaning, Kind.NUMBER, unit),
        Column(
            f"{name}_note",
            gettext_lazy("%(column)s（注記）", column=title),
            gettext_lazy("数を示さないときの説明。たとえば「20人未満」。その数の列は空です。"),
        ),
    )


@dataclass(frozen=True)
class Layout:
    """A file that the site gives out.

    key: part of the address of its dictionary. source: where its content comes from, and as of
    when. is_public: whether everybody may read the file.
    """

    key: str
    title: LazyText
    source: LazyText
    columns: tuple[Column, ...] = field(repr=False)
    is_public: bool = True

    def header(self) -> list[str]:
        return [column.header for column in self.columns]

    def head(self) -> bytes:
        """The first line of the file."""
        return (_BYTE_ORDER_MARK + csv_line(self.header())).encode()

    def line(self, row: Row) -> str:
        return csv_line(self.cells(row))

    def cells(self, row: Row) -> list[object]:
        return [c.written(cell) for c, cell in zip(self.columns, row, strict=True)]

    def lines(self, rows: Iterable[Row]) -> Iterator[bytes]:
        """The file, in pieces of 500 rows."""
        yield self.head()
        remaining = iter(rows)
        while piece := list(islice(remaining, _CHUNK)):
            yield "".join(map(self.line, piece)).encode()

    async def streamed(self, rows: Iterable[Row]) -> AsyncIterator[bytes]:
        """As `lines`, as an asynchronous iterator for a streaming response."""
        for piece in self.lines(rows):
            yield piece


DICTIONARY = Layout(
    "dictionary",
    gettext_lazy("ファイルの読み方"),
    gettext_lazy("このサイトが書き出すファイルの定義。"),
    (
        Column("column", gettext_lazy("列"), gettext_lazy("日本語のファイルでの列の名前。")),
        Column(
            "name",
            gettext_lazy("英語のファイルでの名前"),
            gettext_lazy("/en のアドレスから取るファイルでの列の名前。変わりません。"),
        ),
        Column("meaning", gettext_lazy("意味"), gettext_lazy("列が示すこと。")),
        Column("kind", gettext_lazy("値の種類"), gettext_lazy("文字、数、日付、日時のどれか。")),
        Column("unit", gettext_lazy("単位"), gettext_lazy("数の単位。")),
        Column("source", gettext_lazy("出典"), gettext_lazy("ファイルの内容のもと。")),
    ),
)

KINDS = {
    Kind.TEXT: gettext_lazy("文字"),
    Kind.NUMBER: gettext_lazy("数"),
    Kind.DAY: gettext_lazy("日付"),
    Kind.INSTANT: gettext_lazy("日時（日本時間）"),
}


def dictionary_rows(layout: Layout) -> list[Row]:
    """The columns of a file, as rows of `DICTIONARY`."""
    return [
        (
            str(column.title),
            column.name,
            str(column.meaning),
            str(KINDS[column.kind]),
            str(column.unit or "").strip(),
            str(layout.source),
        )
        for column in layout.columns
    ]
