"""The words for the audit actions of this domain."""

from enishi.audit.kinds import ActorKind
from enishi.kit.i18n import LazyText, gettext_lazy

ACTIONS: dict[str, LazyText] = {
    "programmes.programme.created": gettext_lazy("体験・活動の下書きを作った"),
    "programmes.programme.edited": gettext_lazy("体験・活動を編集した"),
    "programmes.programme.published": gettext_lazy("体験・活動を公開した"),
    "programmes.programme.closed": gettext_lazy("体験・活動の受付を終えた"),
    "programmes.programme.deleted": gettext_lazy("体験・活動の下書きを削除した"),
    "programmes.photograph.added": gettext_lazy("体験・活動に写真を加えた"),
    "programmes.photograph.changed": gettext_lazy("体験・活動の写真の説明を変えた"),
    "programmes.photograph.moved": gettext_lazy("体験・活動の写真の順番を変えた"),
    "programmes.photograph.removed": gettext_lazy("体験・活動の写真を外した"),
    "programmes.session.added": gettext_lazy("開催回を加えた"),
    "programmes.session.cancelled": gettext_lazy("開催回を中止した"),
    "programmes.session.postponed": gettext_lazy("開催回を延期した"),
    "programmes.postponement.answered": gettext_lazy("延期の後も参加すると答えた"),
    "programmes.session.edited": gettext_lazy("開催回を編集した"),
    "programmes.session.copied": gettext_lazy("開催回をほかの日にも加えた"),
    "programmes.applicants.exported": gettext_lazy("参加者の名簿を出力した"),
    "programmes.attendance.marked": gettext_lazy("出欠を記録した"),
    "programmes.application.made": gettext_lazy("申し込んだ"),
    "programmes.application.confirmed": gettext_lazy("案内された席を確定した"),
    "programmes.application.seated": gettext_lazy("キャンセル待ちの組に席を渡した"),
    "programmes.application.cancelled": gettext_lazy("申込を取り消した"),
    "programmes.contacts.read": gettext_lazy("申し込んだ方の連絡先を見た"),
    "programmes.contacts.forgotten": gettext_lazy("終わった開催回の、申し込んだ方の連絡先を消した"),
    "programmes.message.sent": gettext_lazy("申し込んだ方に連絡を送った"),
    "programmes.needs.read": gettext_lazy("配慮についての記入を読んだ"),
    "programmes.needs.forgotten": gettext_lazy("終わった開催回の、配慮についての記入を消した"),
    "programmes.offers.expired": gettext_lazy("期限の過ぎた案内を終え、次の方に案内した"),
    "programmes.draw.committed": gettext_lazy("抽選の番号を預けた"),
    "programmes.draw.revealed": gettext_lazy("抽選の番号を明らかにした"),
    "programmes.draw.closed": gettext_lazy("抽選の申込の一覧を確定した"),
    "programmes.draw.held": gettext_lazy("抽選をした"),
}
# Who acts in those that are recorded without an account.
ACTORS: dict[str, ActorKind] = {
    "programmes.contacts.forgotten": ActorKind.JOB,
    "programmes.needs.forgotten": ActorKind.JOB,
    "programmes.offers.expired": ActorKind.JOB,
    "programmes.draw.closed": ActorKind.JOB,
    "programmes.draw.held": ActorKind.JOB,
}
