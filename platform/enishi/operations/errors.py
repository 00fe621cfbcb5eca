from enishi.kit.errors import ConflictError, ForbiddenError, InvalidError
from enishi.kit.i18n import gettext_lazy


class NotAnOperatorError(ForbiddenError):
    message = gettext_lazy(
        "運営者のページです。サーバーで enishi operator sign-in を実行し、"
        "表示されたリンクを開いてください。"
    )


class BadLinkError(InvalidError):
    message = gettext_lazy(
        "このリンクは使えません。作ってから10分で切れます。サーバーで作り直してください。"
    )


class UsedLinkError(ConflictError):
    message = gettext_lazy("このリンクはすでに使われました。サーバーで作り直してください。")
