from enishi.kit.errors import EnishiError, ForbiddenError
from enishi.kit.i18n import gettext_lazy


class SignInNeededError(EnishiError):
    """Nobody is signed in: pages lead to the sign-in form, the API answers 401."""

    status_code = 401
    message = gettext_lazy(
        "ログインが必要です。別のタブでログインしてから、この画面に戻って、もう一度送信してください。"
    )


class RecentSignInNeededError(SignInNeededError):
    message = gettext_lazy(
        "大切な操作のため、もう一度ログインが必要です。別のタブでログインし直してから、この画面に戻って、もう一度送信してください。"
    )


class GuardianNeededError(ForbiddenError):
    message = gettext_lazy("16歳未満の方は、保護者の確認が済むと利用できます。")
