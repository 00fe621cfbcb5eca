"""Refusals of places, of leaving, and of changing a session."""

from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy


class AlreadyAppliedError(ConflictError):
    message = gettext_lazy("この開催回には、すでに申し込んでいます。")


class NotOpenError(ConflictError):
    message = gettext_lazy("この開催回の申込は受け付けていません。")


class FullError(ConflictError):
    message = gettext_lazy("満席です。キャンセル待ちの受付も終わりました。")


class PartyTooLargeError(ConflictError):
    message = gettext_lazy("人数が定員を超えています。")


class NoPlacesLeftError(ConflictError):
    message = gettext_lazy("この組の人数には、空いている席が足りません。")


class NotWaitingError(ConflictError):
    message = gettext_lazy("この申込は、もうキャンセル待ちではありません。")


class OfferOverError(ConflictError):
    message = gettext_lazy("この案内の期限は過ぎました。")


class BegunError(ConflictError):
    message = gettext_lazy("開催が始まったため、取り消せません。主催者に連絡してください。")


class FewerThanTakenError(ConflictError):
    field = "capacity"
    message = gettext_lazy("すでに決まった人数より少ない定員にはできません。")


class FewerThanWaitingError(ConflictError):
    field = "waiting_limit"
    message = gettext_lazy("すでに待っている組の数より少なくはできません。")


class FewerThanWaitingPartyError(ConflictError):
    field = "capacity"
    message = gettext_lazy(
        "待っている組の人数より少ない定員にはできません。その組が入れなくなります。"
    )


class SessionFixedError(ConflictError):
    field = "day"
    message = gettext_lazy(
        "申し込んだ方がいるため、日時と集合場所は変えられません。日時を変える必要があるときは、開催回の「延期する」を使ってください。"
    )


class SelectionFixedError(ConflictError):
    field = "selection"
    message = gettext_lazy("申し込んだ方がいるため、席の決め方は変えられません。")


class OverError(ConflictError):
    message = gettext_lazy("もう終わった開催回は、中止にできません。")


class EndedError(ConflictError):
    field = "day"
    message = gettext_lazy("もう終わった開催回は、延期できません。")


class NotLaterError(ConflictError):
    field = "day"
    message = gettext_lazy("いまの日時より後の日時を入力してください。")


class PastError(ConflictError):
    field = "day"
    message = gettext_lazy("これから先の日時を入力してください。")


class AttendanceMarkedError(ConflictError):
    message = gettext_lazy(
        "出欠を記録した開催回は、延期できません。先に出欠の記録を取り消してください。"
    )
