"""Labels of roles, of kinds of organisations and of actions in the audit trail."""

from enishi.accounts.schemas import Role
from enishi.audit.kinds import ActorKind
from enishi.kit.i18n import gettext_lazy
from enishi.organisations.schemas import OrganisationKind

ACTIONS = {
    "accounts.organisation.created": gettext_lazy("団体が作られた"),
    "accounts.organisation.verified": gettext_lazy("運営者が団体を確認した"),
    "accounts.organisation.renamed": gettext_lazy("運営者が団体の名前を変えた"),
    "accounts.organisation.described": gettext_lazy("団体の紹介を編集した"),
    "accounts.membership.joined": gettext_lazy("メンバーになった"),
    "accounts.membership.left": gettext_lazy("メンバーをやめた"),
    "accounts.membership.removed": gettext_lazy("メンバーを外した"),
    "accounts.membership.role_changed": gettext_lazy("メンバーの役割を変えた"),
    "accounts.ownership.handed_over": gettext_lazy("管理を引き継いだ"),
    "accounts.invitation.sent": gettext_lazy("招待を送った"),
    "accounts.invitation.accepted": gettext_lazy("招待を受けた"),
    "accounts.invitation.revoked": gettext_lazy("招待を取り消した"),
    "accounts.trail.exported": gettext_lazy("操作の記録のファイルを出力した"),
}

# Who acts in those that are recorded without an account: a command.
ACTORS = {
    "accounts.organisation.created": ActorKind.OPERATOR,
    "accounts.organisation.verified": ActorKind.OPERATOR,
    "accounts.organisation.renamed": ActorKind.OPERATOR,
    "accounts.membership.joined": ActorKind.OPERATOR,
}

ROLES = {
    Role.OWNER: gettext_lazy("管理者"),
    Role.EDITOR: gettext_lazy("編集者"),
    Role.MODERATOR: gettext_lazy("進行役"),
    Role.ANALYST: gettext_lazy("分析者"),
}
ROLE_HINTS = {
    Role.OWNER: gettext_lazy("すべてのことができます。メンバーと団体の紹介も扱います。"),
    Role.EDITOR: gettext_lazy("議論と体験プログラムを作り、公開します。"),
    Role.MODERATOR: gettext_lazy("投稿を確認し、表示と非表示を決めます。"),
    Role.ANALYST: gettext_lazy("集計と分析を見ます。内容は変えられません。"),
}
KINDS = {
    OrganisationKind.MINISTRY: gettext_lazy("府省庁"),
    OrganisationKind.PREFECTURE: gettext_lazy("都道府県"),
    OrganisationKind.MUNICIPALITY: gettext_lazy("市区町村"),
    OrganisationKind.HOST: gettext_lazy("受入団体"),
}
