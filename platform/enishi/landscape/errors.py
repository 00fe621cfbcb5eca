"""The errors of the package; each message is a whole sentence for its reader."""

from pathlib import Path

from enishi.kit.i18n import LazyText, gettext_lazy


class EngineError(ValueError):
    """The requested engine is unknown or cannot run here."""


class VotesError(ValueError):
    """The votes are invalid; the message names the first invalid one and the reason."""


class ExportError(ValueError):
    """A file of a Polis export cannot be used. line: 1 is the header; 0 the file as a whole."""

    def __init__(self, file: Path, line: int, reason: LazyText) -> None:
        super().__init__(file, line, reason)
        self.file, self.line, self.reason = file, line, reason

    def __str__(self) -> str:
        if self.line == 0:
            return f"{self.file.name}: {self.reason}"
        where = gettext_lazy("%(file)s の %(line)d 行目: ").with_values(
            file=self.file.name, line=self.line
        )
        return f"{where}{self.reason}"
