"""What the accounts domain refuses."""

from collections.abc import Mapping

from enishi.kit.errors import ConflictError, EnishiError, ForbiddenError, InvalidError
from enishi.kit.i18n import LazyText, gettext_lazy


class SignInNeededError(EnishiError):
    """The request has no valid session.

    A page that is read leads to the sign-in form, a sent form is kept beside it, the API answers
    with a problem document.
    """

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


class MinorDetailsError(InvalidError):
    """An account of a person under 16 lacks something. `problems`: form field -> why."""

    def __init__(self, problems: Mapping[str, LazyText]) -> None:
        super().__init__()
        self.problems = problems

    def by_field(self) -> Mapping[str, LazyText]:
        return self.problems


class CodeRefusedError(InvalidError):
    """The code is wrong, expired or used; the message does not say which.

    `field` names the form field of the code, where the refusal belongs to one of several.
    """

    message = gettext_lazy(
        "コードが正しくないか、期限が切れています。メールをご確認のうえ、入力し直すか、新しいコードを請求してください。"
    )

    def __init__(self, field: str = "") -> None:
        super().__init__()
        self.field = field


class GuardianLinkError(ConflictError):
    message = gettext_lazy("この確認用のリンクは、期限が切れたか、すでに使われています。")


class OwnAddressError(ConflictError):
    field = "guardian_address"
    message = gettext_lazy("ご自身のものではない、保護者の方のメールアドレスを入力してください。")


class AddressUnchangedError(ConflictError):
    field = "address"
    message = gettext_lazy("いまと同じメールアドレスです。")


class AddressTakenError(ConflictError):
    field = "new_code"
    message = gettext_lazy("このメールアドレスには変更できません。")
