from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy


class OpinionFixedError(ConflictError):
    message = gettext_lazy("この意見は、もう変更も取下げもできません。")


class EnteredTwiceError(ConflictError):
    field = "reference"
    message = gettext_lazy("この整理番号のご意見は、すでに入力されています。")


class NotInTimeError(ConflictError):
    field = "received_on"
    message = gettext_lazy(
        "届いた日が募集の期間の外か、結果がもう公表されているため、受け付けられません。"
    )


class NicknameTakenError(ConflictError):
    """The name of a registered organisation as a nickname."""

    field = "nickname"
    message = gettext_lazy("登録されている団体の名前は、ニックネームに使えません。")
