"""What the places domain refuses."""

from enishi.kit.errors import NotFoundError
from enishi.kit.i18n import gettext_lazy


class PlaceNotFoundError(NotFoundError):
    message = gettext_lazy("その地域は見つかりませんでした。")


class CensusError(Exception):
    """A file of figures is invalid; the message names the line for the operator."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        where = f"{file}, line {line}" if line else file
        super().__init__(f"{where}: {reason}")
        self.line = line
        self.reason = reason
