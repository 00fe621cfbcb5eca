"""Labels: the words that pages show for kinds, states and choices."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from enishi.audit.kinds import ActorKind
from enishi.consultations.core.kinds import (
    Channel,
    Eligibility,
    HiddenReason,
    Kind,
    Moderation,
    NameRule,
    NameShown,
    Outcome,
    PhaseKind,
    Stage,
    State,
    SubmissionChannel,
)
from enishi.kit import formatting
from enishi.kit.i18n import LazyText, gettext, gettext_lazy
from enishi.kit.localised import LocalisedText

KINDS: Mapping[StrEnum, LazyText] = {
    Kind.DIALOGUE: gettext_lazy("対話"),
    Kind.PUBLIC_COMMENT_ACT: gettext_lazy("パブリックコメント（行政手続法）"),
    Kind.PUBLIC_COMMENT_ORDINANCE: gettext_lazy("パブリックコメント（条例・要綱）"),
    Kind.IDEA_CALL: gettext_lazy("アイデア募集"),
}
KIND_HINTS: Mapping[StrEnum, LazyText] = {
    Kind.DIALOGUE: gettext_lazy("短い意見カードへの投票と、長い文のご意見で話し合います。"),
    Kind.PUBLIC_COMMENT_ACT: gettext_lazy(
        "命令などの案への意見を、公示の日から30日以上受け付けます。投票はありません。"
    ),
    Kind.PUBLIC_COMMENT_ORDINANCE: gettext_lazy(
        "団体の条例・要綱の日数と方法で、案への意見を受け付けます。投票はありません。"
    ),
    Kind.IDEA_CALL: gettext_lazy("参加者がアイデアをカードに書き、たがいに投票します。"),
}
SUBMISSION_CHANNELS: Mapping[StrEnum, LazyText] = {
    SubmissionChannel.SITE: gettext_lazy("このサイト"),
    SubmissionChannel.POST: gettext_lazy("郵送"),
    SubmissionChannel.FAX: gettext_lazy("ファクス"),
    SubmissionChannel.MAIL: gettext_lazy("電子メール"),
    SubmissionChannel.COUNTER: gettext_lazy("窓口"),
}
NAME_RULES: Mapping[StrEnum, LazyText] = {
    NameRule.NOT_NEEDED: gettext_lazy("名前がなくても受け付けます。"),
    NameRule.ON_PAPER: gettext_lazy(
        "紙や電子メールで出すときは、名前が必要です。このサイトでは、名前は必要ありません。"
    ),
}
PHASES: Mapping[StrEnum, LazyText] = {
    PhaseKind.PREPARATION: gettext_lazy("準備中"),
    PhaseKind.OPEN: gettext_lazy("募集中"),
    PhaseKind.CLOSED: gettext_lazy("整理中"),
    PhaseKind.RESULT: gettext_lazy("結果公表"),
}
WITHDRAWN = gettext_lazy("取下げ")
# In plain Japanese (やさしい日本語).
EASY_PHASES: Mapping[StrEnum, LazyText] = {
    PhaseKind.PREPARATION: gettext_lazy("まだ始まっていません"),
    PhaseKind.OPEN: gettext_lazy("いま、意見を集めています"),
    PhaseKind.CLOSED: gettext_lazy("意見を読んでいます"),
    PhaseKind.RESULT: gettext_lazy("返事を出しました"),
}
ELIGIBILITY: Mapping[StrEnum, LazyText] = {
    Eligibility.ANYONE: gettext_lazy("だれでも"),
    Eligibility.RESIDENTS: gettext_lazy("住んでいる人"),
    Eligibility.RELATED: gettext_lazy("住んでいる人と、かかわりのある人"),
    Eligibility.ADDRESSED: gettext_lazy("対象となる人"),
}
MODERATION: Mapping[StrEnum, LazyText] = {
    Moderation.AFTER: gettext_lazy("すぐに表示し、問題があれば後から非表示にする"),
    Moderation.BEFORE: gettext_lazy("確認してから表示する"),
}
STATES: Mapping[StrEnum, LazyText] = {
    State.PENDING: gettext_lazy("確認待ち"),
    State.ACCEPTED: gettext_lazy("公開中"),
    State.HIDDEN: gettext_lazy("非表示"),
    State.WITHDRAWN: gettext_lazy("取下げ済み"),
}
STATE_KINDS: Mapping[StrEnum, str] = {
    State.PENDING: "warning",
    State.ACCEPTED: "success",
    State.HIDDEN: "error",
    State.WITHDRAWN: "neutral",
}
HIDDEN_REASONS: Mapping[StrEnum, LazyText] = {
    HiddenReason.PERSONAL_DATA: gettext_lazy("個人情報が含まれている"),
    HiddenReason.INSULT: gettext_lazy("人を傷つける表現がある"),
    HiddenReason.DISCRIMINATION: gettext_lazy("差別的な表現がある"),
    HiddenReason.ADVERTISEMENT: gettext_lazy("宣伝である"),
    HiddenReason.OFF_TOPIC: gettext_lazy("この対話の話題ではない"),
    HiddenReason.DUPLICATE: gettext_lazy("同じ内容がすでにある"),
    HiddenReason.RIGHTS: gettext_lazy("ほかの人の権利を侵している"),
    HiddenReason.OTHER: gettext_lazy("その他"),
    HiddenReason.AT_SOURCE: gettext_lazy("取り込む前に非表示になっていた"),
}
NAMES: Mapping[StrEnum, LazyText] = {
    NameShown.ANONYMOUS: gettext_lazy("名前を出さない"),
    NameShown.NICKNAME: gettext_lazy("ニックネームを出す"),
}
CHANNELS: Mapping[StrEnum, LazyText] = {
    Channel.ACCOUNT: gettext_lazy("アカウントで参加"),
    Channel.GUEST: gettext_lazy("ゲストで参加"),
    Channel.PAPER: gettext_lazy("紙で参加"),
    Channel.PHONE: gettext_lazy("電話で参加"),
    Channel.IMPORT: gettext_lazy("取り込んだ記録"),
}
# What people take part under, in the order of the public record of changes.
TERMS: Mapping[str, LazyText] = {
    "title": gettext_lazy("題名"),
    "problem": gettext_lazy("課題"),
    "decision": gettext_lazy("決めること"),
    "can_change": gettext_lazy("変えられること"),
    "cannot_change": gettext_lazy("変えられないこと"),
    "who_may_answer": gettext_lazy("参加できる方"),
    "eligibility": gettext_lazy("対象"),
    "legal_basis": gettext_lazy("根拠となる法令など"),
    "short_period_reason": gettext_lazy("期間を短くする理由"),
    "opens_on": gettext_lazy("開始日"),
    "closes_on": gettext_lazy("終了日（この日まで）"),
    "result_on": gettext_lazy("結果を公表する日"),
    "guests_allowed": gettext_lazy("ゲスト参加"),
    "statements_invited": gettext_lazy("参加者が意見カードを書くこと"),
    "opinions_invited": gettext_lazy("ご意見（長い文）の受付"),
    "moderation": gettext_lazy("意見カードとご意見の確認"),
    "data_controller": gettext_lazy("個人情報の管理者"),
}
OUTCOMES: Mapping[StrEnum, LazyText] = {
    Outcome.MODIFIED: gettext_lazy("ご意見を受けて修正しました"),
    Outcome.PARTLY: gettext_lazy("ご意見の一部を受けて修正しました"),
    Outcome.INCLUDED: gettext_lazy("すでに案に盛り込まれています"),
    Outcome.REFERENCE: gettext_lazy("今後の参考にします"),
    Outcome.DIFFICULT: gettext_lazy("対応は困難です"),
    Outcome.OUT_OF_SCOPE: gettext_lazy("今回の対象ではありません"),
}
STAGES: Mapping[StrEnum, LazyText] = {
    Stage.NONE: gettext_lazy("未着手"),
    Stage.DRAFT: gettext_lazy("決裁待ち"),
    Stage.APPROVED: gettext_lazy("決裁済み・公表待ち"),
    Stage.SCHEDULED: gettext_lazy("公表の予約済み"),
    Stage.PUBLISHED: gettext_lazy("公表済み"),
}
STAGE_KINDS: Mapping[StrEnum, str] = {
    Stage.NONE: "neutral",
    Stage.DRAFT: "warning",
    Stage.APPROVED: "info",
    Stage.SCHEDULED: "info",
    Stage.PUBLISHED: "success",
}
VOTES: Mapping[int, LazyText] = {
    1: gettext_lazy("賛成"),
    -1: gettext_lazy("反対"),
    0: gettext_lazy("パス"),
}

ACTIONS: Mapping[str, LazyText] = {
    "consultations.dialogue.created": gettext_lazy("対話を作った"),
    "consultations.dialogue.changed": gettext_lazy("対話を編集した"),
    "consultations.dialogue.published": gettext_lazy("対話を公開した"),
    "consultations.dialogue.opened": gettext_lazy("対話の募集を始めた"),
    "consultations.dialogue.closed": gettext_lazy("対話の募集を終えた"),
    "consultations.dialogue.reopened": gettext_lazy("対話の募集を再開した"),
    "consultations.dialogue.deleted": gettext_lazy("対話の下書きを削除した"),
    "consultations.comment_rules.saved": gettext_lazy("パブリックコメントの決まりを保存した"),
    "consultations.timeline.planned": gettext_lazy("これからの予定を変えた"),
    "consultations.timeline.recorded": gettext_lazy("段階の終わった日を記録した"),
    "consultations.dialogue.withdrawn": gettext_lazy("対話を取り下げた"),
    "consultations.conversation.imported": gettext_lazy("記録を対話に取り込んだ"),
    "consultations.landscape.published": gettext_lazy("意見の地図を計算して公開した"),
    "consultations.participant.joined": gettext_lazy("参加者が加わった"),
    "consultations.participant.claimed": gettext_lazy("ゲストの記録がアカウントに引き継がれた"),
    "consultations.statement.submitted": gettext_lazy("意見カードが書かれた"),
    "consultations.statement.seeded": gettext_lazy("最初の意見カードを加えた"),
    "consultations.statement.reworded": gettext_lazy("最初の意見カードを直した"),
    "consultations.statement.removed": gettext_lazy("最初の意見カードを削除した"),
    "consultations.statement.hidden": gettext_lazy("意見カードを非表示にした"),
    "consultations.statement.accepted": gettext_lazy("意見カードを表示した"),
    "consultations.statement.reported": gettext_lazy("意見カードが通報された"),
    "consultations.statement.masked": gettext_lazy("意見カードの一部を■で隠した"),
    "consultations.statement.unsealed": gettext_lazy("隠す前の意見カードの文を読んだ"),
    "consultations.statement.kept": gettext_lazy("通報された意見カードを、そのまま表示した"),
    "consultations.statement.appealed": gettext_lazy(
        "意見カードの非表示に、書いた人が異議を申し立てた"
    ),
    "consultations.statement.appeal_upheld": gettext_lazy("異議を認めて、意見カードを表示した"),
    "consultations.statement.appeal_refused": gettext_lazy("意見カードについての異議を退けた"),
    "consultations.opinion.submitted": gettext_lazy("ご意見が提出された"),
    "consultations.opinion.entered": gettext_lazy("紙・電話のご意見を入力した"),
    "consultations.opinion.changed": gettext_lazy("ご意見が編集された"),
    "consultations.opinion.withdrawn": gettext_lazy("ご意見が取り下げられた"),
    "consultations.opinion.hidden": gettext_lazy("ご意見を非表示にした"),
    "consultations.opinion.accepted": gettext_lazy("ご意見を表示した"),
    "consultations.opinion.reported": gettext_lazy("ご意見が通報された"),
    "consultations.opinion.masked": gettext_lazy("ご意見の一部を■で隠した"),
    "consultations.opinion.unsealed": gettext_lazy("隠す前のご意見の文を読んだ"),
    "consultations.opinion.kept": gettext_lazy("通報されたご意見を、そのまま表示した"),
    "consultations.opinion.appealed": gettext_lazy("ご意見の非表示に、書いた人が異議を申し立てた"),
    "consultations.opinion.appeal_upheld": gettext_lazy("異議を認めて、ご意見を表示した"),
    "consultations.opinion.appeal_refused": gettext_lazy("ご意見についての異議を退けた"),
    "consultations.guests.set_aside": gettext_lazy("ゲストを集計から外した"),
    "consultations.guests.taken_back": gettext_lazy("外したゲストを集計に戻した"),
    "consultations.limits.lifted": gettext_lazy("同じ回線からの参加の制限を1日外した"),
    "consultations.opinions.exported": gettext_lazy("ご意見のファイルを出力した"),
    "consultations.argument.created": gettext_lazy("論点を作った"),
    "consultations.argument.changed": gettext_lazy("論点を編集した"),
    "consultations.argument.filled": gettext_lazy("論点に意見を入れた"),
    "consultations.argument.emptied": gettext_lazy("論点から意見を外した"),
    "consultations.argument.split": gettext_lazy("論点を分けた"),
    "consultations.argument.merged": gettext_lazy("論点をほかの論点にまとめた"),
    "consultations.answer.drafted": gettext_lazy("回答を起案した"),
    "consultations.answer.approved": gettext_lazy("回答を決裁した"),
    "consultations.answers.published": gettext_lazy("回答を公表した、または予約した"),
    "consultations.answers.cancelled": gettext_lazy("回答の公表の予約を取り消した"),
}


# Who acts in those that are recorded without an account.
ACTORS: Mapping[str, ActorKind] = {
    "consultations.conversation.imported": ActorKind.OPERATOR,
    "consultations.landscape.published": ActorKind.JOB,
    "consultations.participant.joined": ActorKind.PARTICIPANT,
    "consultations.participant.claimed": ActorKind.PARTICIPANT,
    "consultations.statement.submitted": ActorKind.PARTICIPANT,
    "consultations.opinion.submitted": ActorKind.PARTICIPANT,
    "consultations.opinion.changed": ActorKind.PARTICIPANT,
    "consultations.opinion.withdrawn": ActorKind.PARTICIPANT,
    "consultations.statement.reported": ActorKind.PARTICIPANT,
    "consultations.statement.appealed": ActorKind.PARTICIPANT,
    "consultations.opinion.reported": ActorKind.PARTICIPANT,
    "consultations.opinion.appealed": ActorKind.PARTICIPANT,
}

_YES_OR_NO = (gettext_lazy("しない"), gettext_lazy("する"))
_NOTHING = gettext_lazy("（なし）")
_ELSEWHERE = gettext_lazy("ほかの言語の文だけを変えました。")


def changed_terms(terms: Mapping[str, tuple[Any, Any]]) -> list[tuple[str, str, str]]:
    """(term, before, after) in words, in the order of TERMS, from the JSON of a `Change`.

    Where only the text in another language changed, `after` says so and `before` is empty.
    """
    changed = []
    for name, label in TERMS.items():
        if name in terms:
            before, after = (_worded(name, value) for value in terms[name])
            same = before == after
            changed.append(
                (str(label), "", str(_ELSEWHERE)) if same else (str(label), before, after)
            )
    return changed


def _worded(name: str, value: Any) -> str:
    if value is None:
        return str(_NOTHING)
    if isinstance(value, bool):
        return str(_YES_OR_NO[value])
    if isinstance(value, dict):
        return str(LocalisedText.model_validate(value))
    if name == "eligibility":
        return str(ELIGIBILITY[Eligibility(value)])
    if name == "moderation":
        return str(MODERATION[Moderation(value)])
    return formatting.format_date(date.fromisoformat(value))


def age_band(band: str) -> str:
    """The label of an age band such as 30-39; `80-` has no upper end."""
    lowest, _, highest = band.partition("-")
    if not highest:
        return gettext("%(age)s歳以上", age=lowest)
    return gettext("%(first)s〜%(last)s歳", first=lowest, last=highest)


def reason_options() -> list[tuple[str, LazyText]]:
    """(value, text) pairs of the reasons that people choose from."""
    return [each for each in options(HIDDEN_REASONS) if each[0] != HiddenReason.AT_SOURCE]


def options(labels: Mapping[StrEnum, LazyText]) -> list[tuple[str, LazyText]]:
    """(value, text) pairs for a form's choices."""
    return [(key.value, text) for key, text in labels.items()]
