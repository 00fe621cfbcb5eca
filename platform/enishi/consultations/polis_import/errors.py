from enishi.kit.errors import ConflictError, InvalidError, NotFoundError
from enishi.kit.i18n import gettext_lazy


class AlreadyImportedError(ConflictError):
    message = gettext_lazy("この対話には、すでに同じ番号の意見カードか参加者が取り込まれています。")


class BadSlugError(InvalidError):
    message = gettext_lazy("アドレスには、半角の英小文字と数字とハイフンだけが使えます。")


class OrganisationUnknownError(NotFoundError):
    message = gettext_lazy("その団体は登録されていません。")


class NoTextsError(InvalidError):
    message = gettext_lazy("comments.csv がないので、意見カードの本文が分かりません。")
