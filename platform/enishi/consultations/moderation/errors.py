from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy


class AppealWaitsError(ConflictError):
    """The author appealed: the text is shown again by a decision on the appeal only."""

    message = gettext_lazy(
        "書いた方から異議が出ています。「異議」の一覧から、理由をつけて決めてください。"
    )


class OwnDecisionError(ConflictError):
    message = gettext_lazy(
        "非表示にした本人は、その異議について決められません。ほかの担当者が決めてください。"
    )


class NoAppealError(ConflictError):
    message = gettext_lazy("いまは、異議を申し立てられません。ページを開き直してください。")


class AlreadyReportedError(ConflictError):
    message = gettext_lazy("この書き込みは、すでに通報していただいています。")


class PassageMissingError(ConflictError):
    field = "passage"
    message = gettext_lazy(
        "この部分は、書き込みの中に見つかりません。書き込みの文から、そのまま写してください。"
    )
