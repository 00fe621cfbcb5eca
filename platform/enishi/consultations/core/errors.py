from collections.abc import Mapping

from enishi.kit import seen
from enishi.kit.errors import ConflictError, ForbiddenError, GoneError, InvalidError
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.kit.links import link


class SlugTakenError(ConflictError):
    field = "slug"
    message = gettext_lazy("このアドレスは、すでに使われています。別のものにしてください。")


class ChangedMeanwhileError(seen.ChangedMeanwhileError):
    message = gettext_lazy(
        "ほかの人が先にこの対話を編集しました。ページを開き直して、変更を確かめてください。"
    )


class OvertakenError(ConflictError):
    """A colleague moderated the text after the list was opened."""

    def __init__(self, state: str, by: str) -> None:
        super().__init__(
            gettext_lazy(
                "この画面を開いた後に、%(by)sさんが、この書き込みを「%(state)s」にしました。"
                "一覧を開き直して、確かめてください。",
                by=by,
                state=state,
            )
            if by
            else gettext_lazy(
                "この画面を開いた後に、この書き込みは「%(state)s」になりました。"
                "一覧を開き直して、確かめてください。",
                state=state,
            )
        )


class VotesPromisedError(ConflictError):
    field = "votes_published"
    message = gettext_lazy("投票を公開するかどうかは、公開した後では変えられません。")


class ModerationAnnouncedError(ConflictError):
    field = "moderation"
    message = gettext_lazy(
        "確認のしかたは公開のときに示したので、公開した後では変えられません。"
        "困った書き込みは、理由をつけて非表示にできます。"
    )


class KindRefusedError(InvalidError):
    field = "kind"
    message = gettext_lazy("この団体では、この種類の募集はできません。")


class EarlyCloseError(InvalidError):
    """A public comment would close before the days of its rules are over."""

    field = "closes_on"


class ReasonNeededError(InvalidError):
    """The period of a public comment is short, and its reason would disappear."""

    field = "short_period_reason"
    message = gettext_lazy("決まりより短い期間なので、理由は消せません。")


class FixedDaysError(ConflictError):
    """Days that cannot move any more: field -> message."""

    def __init__(self, messages: Mapping[str, LazyText]) -> None:
        super().__init__()
        self.messages = messages

    def by_field(self) -> Mapping[str, LazyText | str]:
        return self.messages


class ShortPeriodError(ConflictError):
    """The open phase is short; the form asks whether that is meant."""

    field = "short_is_meant"

    def __init__(self, days: int) -> None:
        super().__init__(
            gettext_lazy(
                "募集は%(days)s日間だけです。知らせが届き、考えてもらうには短いかもしれません。"
                "このままでよければ、印を付けて、もう一度保存してください。",
                days=days,
            )
        )


class NoDraftError(ConflictError):
    message = gettext_lazy("一度公開した対話は、削除できません。")


class ImportedRecordsError(ConflictError):
    message = gettext_lazy("取り込んだ記録のある対話は、削除できません。")


class NotReadyError(ConflictError):
    """The consultation cannot be published; `reasons` (field -> message) says what is missing."""

    message = gettext_lazy("まだ公開できません。足りない項目を入力してください。")

    def __init__(self, reasons: dict[str, LazyText]) -> None:
        super().__init__()
        self.reasons = reasons

    def by_field(self) -> Mapping[str, LazyText | str]:
        """The reasons at their fields, and the message for the whole form."""
        return {**self.reasons, self.field: self.text}


class WrongPhaseError(ConflictError):
    message = gettext_lazy("いまの段階では、この操作はできません。")


class NotInvitedError(ConflictError):
    message = gettext_lazy("いまは、この対話に書き込めません。")


class WithdrawnError(GoneError):
    """The office withdrew the consultation; the error links to its page, which gives the reason."""

    message = gettext_lazy("この対話は、取り下げられました。")

    def __init__(self, slug: str) -> None:
        super().__init__(link("dialogues:show", slug=slug))


class GuardianNeededError(ForbiddenError):
    message = gettext_lazy("16歳未満の方は、保護者の確認が済むと書き込めます。")
