from collections.abc import Iterable

from enishi.accounts.schemas import Role
from enishi.kit.errors import ConflictError, ForbiddenError, NotFoundError
from enishi.kit.i18n import gettext, gettext_lazy
from enishi.organisations import labels


class RoleNeededError(ForbiddenError):
    """A member of the organisation without a role that the route requires; owners have all."""

    def __init__(self, needed: Iterable[Role], own: Role | None) -> None:
        names = [str(labels.ROLES[role]) for role in dict.fromkeys((*needed, Role.OWNER))]
        super().__init__(
            gettext_lazy(
                "この操作には「%(needed)s」の役割が必要です。あなたの役割は「%(own)s」です。",
                needed=gettext("」か「").join(names),
                own=labels.ROLES[own] if own else "",
            )
        )


class SlugTakenError(ConflictError):
    message = gettext_lazy("この識別名は、すでに使われています。")


class LooksAlikeError(ConflictError):
    """Another organisation has a name that can be taken for this one."""

    field = "name.ja"
    message = gettext_lazy("よく似た名前の団体が、すでに登録されています。")


class VerifiedNameError(ConflictError):
    """The name of a verified organisation is what an operator verified."""

    field = "name.ja"
    message = gettext_lazy(
        "確認済みの団体の名前は、運営者だけが変えられます。運営者に連絡してください。"
    )


class CodeNeededError(ConflictError):
    message = gettext_lazy(
        "都道府県と市区町村には、その全国地方公共団体コードが必要です。ほかの団体には付けません。"
    )


class AlreadyMemberError(ConflictError):
    field = "address"
    message = gettext_lazy("すでにこの団体のメンバーです。")


class LastOwnerError(ConflictError):
    message = gettext_lazy("団体には管理者が必ず1人必要です。先にほかの人を管理者にしてください。")


class AlreadyInvitedError(ConflictError):
    message = gettext_lazy("このメールアドレスには、すでに招待を送っています。")


class InvitationLinkError(NotFoundError):
    message = gettext_lazy(
        "この招待は、期限が切れたか、取り消されたか、すでに使われています。招待した方におたずねください。"
    )


class OtherAddressError(ConflictError):
    message = gettext_lazy(
        "この招待は、別のメールアドレスに送られたものです。そのメールアドレスでログインしてください。"
    )


class OnlyOwnerError(ConflictError):
    message = gettext_lazy(
        "ただ一人の管理者になっている団体があります。先にほかの人に管理を引き継いでください。"
    )
