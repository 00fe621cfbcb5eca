from enishi.kit.errors import ConflictError, InvalidError, NotFoundError
from enishi.kit.i18n import gettext_lazy


class DamagedFileError(Exception):
    """A file of the export is refused: its name, the line (None for the whole file) and why."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        self.file, self.line, self.reason = file, line, reason
        place = file if line is None else f"{file}, line {line}"
        super().__init__(f"{place}: {reason}")


class AlreadyImportedError(ConflictError):
    message = gettext_lazy("この対話には、すでに同じ番号の意見カードか参加者が取り込まれています。")


class BadSlugError(InvalidError):
    message = gettext_lazy("アドレスには、半角の英小文字と数字とハイフンだけが使えます。")


class OrganisationUnknownError(NotFoundError):
    message = gettext_lazy("その団体は登録されていません。")
