"""What the relations domain refuses."""

from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy


class AlreadyRegisteredError(ConflictError):
    message = gettext_lazy("この市区町村には、すでに登録しています。")


class TooManyRegistrationsError(ConflictError):
    """More places than a person has to do with; counts of people must not be moved by one."""

    def __init__(self, most: int) -> None:
        super().__init__(
            gettext_lazy(
                "登録できる地域は%(most)sか所までです。ほかの登録を取り消してから、お試しください。",
                most=most,
            )
        )
