"""A strict reader of CSV files from other systems: errors name file, line and reason."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.landscape.errors import ExportError

_LONGEST_CELL = 1 << 20  # characters
_MOST_DIGITS = 18  # such numbers fit into 64 bits


def is_number(text: str) -> bool:
    """ASCII digits that fit into 64 bits: int() would also take "1_0", "１" and longer ones."""
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


class Rows:
    """The rows of one CSV file, with columns found by the header's names. Iterate once."""

    def __init__(
        self, file: Path, aliases: dict[str, tuple[str, ...]], *, may_end_open: bool = False
    ) -> None:
        """Read the header.

        aliases: our name of a column -> its possible names in the header, which are compared in
        lower case with "-" for "_". may_end_open: the last line may lack its line feed; otherwise
        a file without it counts as cut. Raises ExportError.
        """
        csv.field_size_limit(_LONGEST_CELL)
        self.file = file
        self._may_end_open = may_end_open
        self._read = self._lines()
        header = next(self._read, None)
        if header is None:
            self.refuse(gettext_lazy("ファイルが空です。"), 0)
        self.line, names = header
        self.header = [name.strip() for name in names]
        normalised = [name.lower().replace("_", "-") for name in self.header]
        self.columns: dict[str, int] = {}
        for column, known in aliases.items():
            found = [index for index, name in enumerate(normalised) if name in known]
            if len(found) > 1:
                self.refuse(
                    gettext_lazy("列「%(name)s」が二つあります。").with_values(
                        name=self.header[found[1]]
                    )
                )
            if found:
                self.columns[column] = found[0]

    def require(self, *columns: str) -> None:
        for column in columns:
            if column not in self.columns:
                self.refuse(gettext_lazy("列「%(name)s」がありません。").with_values(name=column))

    def __iter__(self) -> Iterator[list[str]]:
        width = len(self.header)
        for line, cells in self._read:
            self.line = line
            if not cells:
                continue
            if len(cells) != width:
                self.refuse(
                    gettext_lazy("%(found)d 列あります。見出しは %(wanted)d 列です。").with_values(
                        found=len(cells), wanted=width
                    )
                )
            yield cells

    def uneven(self) -> Iterator[list[str]]:
        """The remaining rows of a file without a header, whatever their lengths."""
        for line, cells in self._read:
            self.line = line
            yield cells

    def text(self, cells: list[str], column: str) -> str:
        """The cell of a column, "" if the file does not have the column."""
        index = self.columns.get(column)
        return "" if index is None else cells[index].strip()

    def number(self, text: str, column: str) -> int:
        """A cell as a number that is not negative. Raises ExportError."""
        text = text.strip()
        if not is_number(text):
            self.refuse(
                gettext_lazy(
                    "列「%(name)s」の値「%(value)s」は18桁までの数ではありません。"
                ).with_values(name=column, value=text[:40])
            )
        return int(text)

    def refuse(self, reason: LazyText, line: int | None = None) -> NoReturn:
        raise ExportError(self.file, self.line if line is None else line, reason)

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the first line of each row (a row may span several) and its cells."""
        self.line = 1
        source = _DecodedLines(self.file)
        try:
            reader = csv.reader(source, strict=True)
            first = 1
            for cells in reader:
                yield first, cells
                first = reader.line_num + 1
        except csv.Error as error:
            raise ExportError(
                self.file, first, gettext_lazy("CSV として読めません（%(why)s）。", why=str(error))
            ) from error
        except UnicodeDecodeError as error:
            raise ExportError(
                self.file, source.line, gettext_lazy("UTF-8 の文字として読めません。")
            ) from error
        except OSError as error:
            raise ExportError(
                self.file, 0, gettext_lazy("開けません（%(why)s）。", why=error.strerror)
            ) from error
        # A text in the last column could be cut, and the file would still be valid CSV.
        if source.is_open and not self._may_end_open:
            self.refuse(
                gettext_lazy("最後の行に改行がありません。ファイルが途中で切れていませんか。"),
                source.line,
            )


class _DecodedLines:
    """The lines as text.

    `line` is the number of the one being decoded, for error messages; `is_open` says whether the
    last one ends without a line feed or a quotation mark.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.line = 0
        self.is_open = False

    def __iter__(self) -> Iterator[str]:
        with self._file.open("rb") as raw:
            for line in raw:
                self.line += 1
                if b"\0" in line:
                    raise ExportError(
                        self._file, self.line, gettext_lazy("NUL 文字が含まれています。")
                    )
                self.is_open = not line.endswith((b"\n", b'"'))
                yield line.decode("utf-8-sig" if self.line == 1 else "utf-8")
