"""What the work with certificates refuses."""

from enishi.kit.errors import ConflictError, RetryLaterError
from enishi.kit.i18n import gettext_lazy


class TooManyCertificatesError(ConflictError):
    """Each takes a position of the status list until it expires."""

    def __init__(self, most: int) -> None:
        super().__init__(
            gettext_lazy(
                "一つの登録につき、期限内の登録証は、取り消したものを含めて%(most)s枚までです。",
                most=most,
            )
        )


class SigningUnavailableError(RetryLaterError):
    """The signing key is missing or not registered, or the list is full: an operator has to act."""

    status_code = 503
    message = gettext_lazy(
        "いまは登録証を発行できません。運営者が確かめるまで、しばらくお待ちください。"
    )
