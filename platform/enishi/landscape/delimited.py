"""A strict reader of CSV files from other systems: errors name file, line and reason."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.landscape.errors import ExportError

_LONGEST_CELL = 1 << 20  # characters


class Rows:
    """The rows of one CSV file, with columns found by the header's names. Iterate once."""

    def __init__(self, file: Path, aliases: dict[str, tuple[str, ...]]) -> None:
        """Read the header.

        aliases: our name of a column -> its possible names in the header, which are compared in
        lower case with "-" for "_". Raises ExportError.
        """
        csv.field_size_limit(_LONGEST_CELL)
        self.file = file
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

    def integer(self, text: str, column: str) -> int:
        """A cell as an integer. Raises ExportError."""
        try:
            return int(text)
        except ValueError:
            self.refuse(
                gettext_lazy("列「%(name)s」の値「%(value)s」は整数ではありません。").with_values(
                    name=column, value=text[:40]
                )
            )

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


class _DecodedLines:
    """The lines as text; `line` is the number of the one being decoded, for error messages."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        with self._file.open("rb") as raw:
            for line in raw:
                self.line += 1
                yield line.decode("utf-8-sig" if self.line == 1 else "utf-8")
