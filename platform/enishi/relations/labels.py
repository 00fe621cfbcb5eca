"""Texts for the choices of a registration, for evidence, and for audit actions."""

from collections.abc import Mapping
from enum import StrEnum

from enishi.audit.kinds import ActorKind
from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.relations.certificates.kinds import Verdict
from enishi.relations.tables import Evidence, Interest, Reason, Tier

TIERS: Mapping[Tier, LazyText] = {
    Tier.BASIC: gettext_lazy("ベーシック登録"),
    Tier.PREMIUM: gettext_lazy("プレミアム登録"),
}
REASONS: Mapping[StrEnum, LazyText] = {
    Reason.BIRTHPLACE: gettext_lazy("出身地だから"),
    Reason.LIVED_THERE: gettext_lazy("住んだことがあるから"),
    Reason.WORKED_THERE: gettext_lazy("勤めたことがあるから"),
    Reason.STUDIED_THERE: gettext_lazy("通学したことがあるから"),
    Reason.FAMILY: gettext_lazy("家族や親族がいるから"),
    Reason.TRAVEL: gettext_lazy("旅行で訪れるから"),
    Reason.DONATION: gettext_lazy("ふるさと納税をしたから"),
    Reason.BUYING: gettext_lazy("特産品を買って応援しているから"),
    Reason.VOLUNTEERING: gettext_lazy("ボランティアやお手伝いをしているから"),
    Reason.WORK: gettext_lazy("仕事や副業でかかわっているから"),
    Reason.TWO_HOMES: gettext_lazy("二地域で暮らしているから"),
    Reason.OTHER: gettext_lazy("その他"),
}
INTERESTS: Mapping[StrEnum, LazyText] = {
    Interest.EVENTS: gettext_lazy("祭りや催し"),
    Interest.FARMING: gettext_lazy("農業・林業・漁業"),
    Interest.FOOD: gettext_lazy("食と特産品"),
    Interest.CULTURE: gettext_lazy("歴史と文化"),
    Interest.NATURE: gettext_lazy("自然と環境"),
    Interest.HELPING: gettext_lazy("地域のお手伝い"),
    Interest.WORK: gettext_lazy("仕事"),
    Interest.MOVING: gettext_lazy("移住と二地域居住"),
}
EVIDENCE: Mapping[Evidence, LazyText] = {
    Evidence.HOST_CONFIRMATION: gettext_lazy("受入れ団体の確認"),
    Evidence.TAKEN_BACK: gettext_lazy("受入れ団体が取り消しました"),
}
VERDICTS: Mapping[Verdict, tuple[str, LazyText, LazyText]] = {
    Verdict.VALID: (
        "success",
        gettext_lazy("有効な登録証です"),
        gettext_lazy("署名が正しく、失効の一覧でも取り消されていません。"),
    ),
    Verdict.UNREADABLE: (
        "error",
        gettext_lazy("登録証として読めません"),
        gettext_lazy("文字が欠けていないか、登録証のファイルかを確かめてください。"),
    ),
    Verdict.UNKNOWN_KEY: (
        "error",
        gettext_lazy("発行元を確かめられません"),
        gettext_lazy(
            "公開している鍵の一覧にない鍵で署名されています。ほかのサイトの登録証か、偽物かもしれません。"
        ),
    ),
    Verdict.FORGED: (
        "error",
        gettext_lazy("偽物か、内容が変えられた登録証です"),
        gettext_lazy("書かれている内容と、署名が合いません。"),
    ),
    Verdict.NOT_YET_VALID: (
        "error",
        gettext_lazy("発行の日時が、いまより後です"),
        gettext_lazy("この機器か、発行した機器の時計がずれているかもしれません。"),
    ),
    Verdict.EXPIRED: (
        "error",
        gettext_lazy("有効期限が切れた登録証です"),
        gettext_lazy("署名は正しいものですが、期限が過ぎています。"),
    ),
    Verdict.REVOKED: (
        "error",
        gettext_lazy("取り消された登録証です"),
        gettext_lazy("登録をやめたか、新しい登録証に替えたか、本人が取り消しました。"),
    ),
    Verdict.UNCHECKED: (
        "warning",
        gettext_lazy("失効の確認ができていません"),
        gettext_lazy(
            "署名は正しく、期限内です。新しい失効の一覧がないため、取り消されていないかは分かりません。"
        ),
    ),
}
"""Kind of notice, title and explanation of what a check of a certificate found."""
CHOICES: Mapping[str, LazyText] = {
    "place": gettext_lazy("登録先の地域"),
    "tier": gettext_lazy("種別"),
    "name": gettext_lazy("名前（本人が決めた表示名）"),
}
"""What the holder of a certificate may show or hide."""
ACTIONS: dict[str, LazyText] = {
    "relations.registration.opened": gettext_lazy("市区町村に登録した"),
    "relations.registration.changed": gettext_lazy("登録の内容を変えた"),
    "relations.registration.withdrawn": gettext_lazy("登録をやめた"),
    "relations.certificate.issued": gettext_lazy("登録証を発行した"),
    "relations.certificate.revoked": gettext_lazy("登録証を取り消した"),
    "relations.activity.recorded": gettext_lazy("活動が記録された"),
    "relations.activity.taken_back": gettext_lazy("活動の記録が取り消された"),
}
# Who acts in those that are recorded without an account.
ACTORS: dict[str, ActorKind] = {
    "relations.activity.recorded": ActorKind.JOB,
    "relations.activity.taken_back": ActorKind.JOB,
}


def options(labels: Mapping[StrEnum, LazyText]) -> list[tuple[str, LazyText]]:
    """(value, text) pairs for a form's choices."""
    return [(key.value, text) for key, text in labels.items()]
