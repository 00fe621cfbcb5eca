"""Errors of the business rules, with their HTTP status. One handler renders them all."""

from collections.abc import Mapping

from enishi.kit.i18n import LazyText, gettext_lazy


class EnishiError(Exception):
    """A refusal whose message is meant for the person who sent the request.

    `field` names the form field that the message belongs to; empty for the form as a whole.
    """

    status_code = 400
    message: LazyText = gettext_lazy("この操作はできません。")
    field: str = ""

    def __init__(self, message: LazyText | str | None = None) -> None:
        self.text = message or self.message
        super().__init__(str(self.text))

    def __str__(self) -> str:
        return str(self.text)

    def by_field(self) -> Mapping[str, LazyText | str]:
        """Field -> message, for the form that is shown again."""
        return {self.field: self.text}


class ForbiddenError(EnishiError):
    status_code = 403
    message = gettext_lazy("この操作をする権限がありません。")


class NotFoundError(EnishiError):
    status_code = 404
    message = gettext_lazy("お探しのページは見つかりませんでした。")


class GoneError(EnishiError):
    """The content was public and was withdrawn; `explained_at` is the page with the reason."""

    status_code = 410
    explained_at: str

    def __init__(self, explained_at: str, message: LazyText | str | None = None) -> None:
        super().__init__(message)
        self.explained_at = explained_at


class ConflictError(EnishiError):
    """The request is valid but the current state does not allow it: closed, full, already done."""

    status_code = 409
    message = gettext_lazy("状態が変わったため、この操作はできません。")


class TooLargeError(EnishiError):
    status_code = 413
    message = gettext_lazy("送られたデータが大きすぎます。")


class InvalidError(EnishiError):
    status_code = 422
    message = gettext_lazy("入力内容に誤りがあります。")


class RetryLaterError(EnishiError):
    """Retry after `retry_after` seconds: sent as Retry-After and shown on the page."""

    retry_after: int

    def __init__(self, retry_after: int, message: LazyText | str | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooManyRequestsError(RetryLaterError):
    status_code = 429
    message = gettext_lazy("短い時間に操作が多すぎます。しばらく待ってからお試しください。")


class UnavailableError(RetryLaterError):
    status_code = 503
    message = gettext_lazy("ただいま混み合っています。しばらく待ってからお試しください。")
