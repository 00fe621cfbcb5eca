"""Refusals of draws: a rule that is fixed, a number that does not fit, a time that is over."""

from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy


class RuleFixedError(ConflictError):
    message = gettext_lazy(
        "抽選の申込を受け付けたあとは、定員、家族の席、締切、決め方は変えられません。抽選の規則として公表しているためです。"
    )


class CommitmentsOverError(ConflictError):
    message = gettext_lazy("締切を過ぎたため、抽選の番号はもう預けられません。")


class AlreadyCommittedError(ConflictError):
    message = gettext_lazy("あなたは、この抽選の番号をすでに預けています。")


class OtherWasFirstError(ConflictError):
    message = gettext_lazy(
        "ほかの担当者が先に番号を預けました。ページを開き直し、もう一度、番号を作ってください。"
    )


class TooEarlyError(ConflictError):
    message = gettext_lazy("番号を明らかにできるのは、抽選の申込の締切のあとです。")


class RevealOverError(ConflictError):
    message = gettext_lazy("番号を明らかにする時間は終わりました。")


class NotCommittedError(ConflictError):
    message = gettext_lazy("あなたは、この抽選の番号を預けていません。")


class WrongNumberError(ConflictError):
    field = "number"
    message = gettext_lazy(
        "預けた番号と違います。控えた番号を、大文字と小文字の違いも含めて、そのまま入れてください。"
    )
