from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext_lazy


class SecondPersonError(ConflictError):
    """The person who wrote the draft may not approve it."""

    message = gettext_lazy("起案した人は、決裁できません。ほかの編集者か管理者に頼んでください。")


class NoDraftYetError(ConflictError):
    message = gettext_lazy("決裁する回答の案がありません。")


class DraftChangedError(ConflictError):
    """The draft that was read is not the newest, or the argument's text changed since."""

    message = gettext_lazy(
        "読んだ後に、回答の案か論点の文が変わりました。いまの内容を確かめて、もう一度決裁してください。"
    )


class ApprovedAlreadyError(ConflictError):
    message = gettext_lazy("この案は、もう決裁されています。")


class NothingToPublishError(ConflictError):
    message = gettext_lazy("公表できる回答がありません。回答の案を書き、決裁してから公表します。")


class GapsError(ConflictError):
    """Opinions without an argument or arguments without an answer, and no reason for it."""

    field = "gap_reason"

    def __init__(self, unplaced: int, unanswered: int) -> None:
        super().__init__(
            gettext_lazy(
                "論点に入っていないご意見が%(unplaced)s件、回答のない論点が%(unanswered)s件あります。"
                "このまま公表するときは、理由を書いてください。",
                unplaced=unplaced,
                unanswered=unanswered,
            )
        )


class PublicAlreadyError(ConflictError):
    message = gettext_lazy(
        "この公表は、もう取り消せません。公表した後の訂正は、新しい案で行います。"
    )
