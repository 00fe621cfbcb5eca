from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy


class TooManyArgumentsError(ConflictError):
    message = gettext_lazy("論点の数が上限に達しています。似た論点をまとめてください。")


class MergedAwayError(ConflictError):
    """The argument was merged into another one, or its consultation was withdrawn."""

    message = gettext_lazy(
        "この論点は、ほかの論点にまとめられたか、対話が取り下げられたため、変えられません。"
    )


class TextsMovedError(ConflictError):
    """Some of the chosen texts are no longer under the argument."""

    field = "texts"
    message = gettext_lazy(
        "選んだものの一部は、もうこの論点にありません。一覧を確かめて、選び直してください。"
    )


class NothingPlacedError(ConflictError):
    """None of the chosen texts is public, or all are under the argument already."""

    field = "texts"
    message = gettext_lazy("選んだものは、もうこの論点にあるか、公開されていません。")


class AnsweredArgumentError(ConflictError):
    """An answer to the argument is public or scheduled: it would lose its texts."""

    field = "into"
    message = gettext_lazy(
        "この論点には、公表した回答か、公表の予約があります。"
        "まとめるときは、もう一方の論点をこちらへまとめてください。"
    )
