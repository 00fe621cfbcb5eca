"""Labels of application states, events and party members."""

from collections.abc import Mapping

from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.programmes.applications.letter_schemas import Answer
from enishi.programmes.applications.schemas import (
    Mark,
)
from enishi.programmes.applications.tables import ApplicationState, Audience, MemberKind

APPLICATION_STATES: Mapping[ApplicationState, LazyText] = {
    ApplicationState.IN_DRAW: gettext_lazy("抽選の申込"),
    ApplicationState.WAITING: gettext_lazy("キャンセル待ち"),
    ApplicationState.OFFERED: gettext_lazy("席の案内中"),
    ApplicationState.CONFIRMED: gettext_lazy("参加決定"),
    ApplicationState.ATTENDED: gettext_lazy("参加済み"),
    ApplicationState.ABSENT: gettext_lazy("欠席"),
    ApplicationState.CANCELLED: gettext_lazy("取消済み"),
    ApplicationState.CANCELLED_BY_HOST: gettext_lazy("開催中止"),
    ApplicationState.EXPIRED: gettext_lazy("期限切れ"),
    ApplicationState.DECLINED: gettext_lazy("辞退"),
}
APPLICATION_STATE_KINDS: Mapping[ApplicationState, str] = {
    ApplicationState.IN_DRAW: "info",
    ApplicationState.WAITING: "warning",
    ApplicationState.OFFERED: "info",
    ApplicationState.CONFIRMED: "success",
    ApplicationState.ATTENDED: "success",
    ApplicationState.CANCELLED_BY_HOST: "error",
}
MEMBER_KINDS: Mapping[MemberKind, LazyText] = {
    MemberKind.ADULT: gettext_lazy("大人（18歳以上）"),
    MemberKind.CHILD: gettext_lazy("子ども（18歳未満）"),
    MemberKind.COMPANION: gettext_lazy("付き添い（18歳以上）"),
}
ANSWERS: Mapping[Answer, LazyText] = {
    Answer.STAYS: gettext_lazy("延期後も参加"),
    Answer.LEFT: gettext_lazy("席を返した"),
    Answer.NONE: gettext_lazy("延期の返事待ち"),
}
ANSWER_KINDS: Mapping[Answer, str] = {
    Answer.STAYS: "success",
    Answer.LEFT: "neutral",
    Answer.NONE: "warning",
}
AUDIENCES: Mapping[Audience, LazyText] = {
    Audience.ALL: gettext_lazy("すべての組"),
    Audience.SEATED: gettext_lazy("参加が決まっている組"),
    Audience.WAITING: gettext_lazy("席を待っている組"),
    Audience.ONE: gettext_lazy("一つの組"),
}
MARKS: Mapping[Mark, LazyText] = {
    Mark.ATTENDED: gettext_lazy("出席"),
    Mark.ABSENT: gettext_lazy("欠席"),
    Mark.NONE: gettext_lazy("未記録"),
}
MARK_KINDS: Mapping[Mark, str] = {
    Mark.ATTENDED: "success",
    Mark.ABSENT: "neutral",
    Mark.NONE: "warning",
}

# What the applicant reads, in the timeline and by mail, when the state is entered.
EVENTS: dict[ApplicationState, LazyText] = {
    ApplicationState.IN_DRAW: gettext_lazy(
        "抽選の申込を受け付けました。結果は、抽選のあとにメールでお知らせします"
    ),
    ApplicationState.WAITING: gettext_lazy("キャンセル待ちとして受け付けました"),
    ApplicationState.OFFERED: gettext_lazy("席が空きました。期限までに参加を確定してください"),
    ApplicationState.CONFIRMED: gettext_lazy("参加が決まりました"),
    ApplicationState.ATTENDED: gettext_lazy("参加が記録されました"),
    ApplicationState.ABSENT: gettext_lazy("欠席と記録されました"),
    ApplicationState.CANCELLED: gettext_lazy("申込を取り消しました"),
    ApplicationState.CANCELLED_BY_HOST: gettext_lazy("開催が中止になりました"),
    ApplicationState.EXPIRED: gettext_lazy("期限が過ぎたため、次の方に案内しました"),
    ApplicationState.DECLINED: gettext_lazy("案内された席を辞退しました"),
}
# The same by (state, kind of actor), where it matters who caused it; looked up before EVENTS.
EVENTS_BY: dict[tuple[ApplicationState, str], LazyText] = {
    (ApplicationState.WAITING, "clock"): gettext_lazy(
        "案内の期限が過ぎました。キャンセル待ちに戻ったので、席があれば、いまも参加を確定できます"
    ),
    (ApplicationState.CONFIRMED, "draw"): gettext_lazy("抽選で当選し、参加が決まりました"),
    (ApplicationState.WAITING, "draw"): gettext_lazy(
        "抽選で席が決まりませんでした。抽選の順位で、キャンセル待ちに入りました"
    ),
    (ApplicationState.CONFIRMED, "correction"): gettext_lazy("出欠の記録が取り消されました"),
    **dict.fromkeys(
        [
            (state, "postponed")
            for state in (
                ApplicationState.HELD,
                ApplicationState.OFFERED,
                ApplicationState.CONFIRMED,
            )
        ],
        gettext_lazy("開催が延期になりました。席はそのままです"),
    ),
    (ApplicationState.IN_DRAW, "postponed"): gettext_lazy(
        "開催が延期になりました。抽選の申込はそのままで、抽選の締切は変わりません"
    ),
    (ApplicationState.WAITING, "postponed"): gettext_lazy(
        "開催が延期になりました。キャンセル待ちの順番はそのままです"
    ),
    **dict.fromkeys(
        [
            (state, "party_changed")
            for state in (
                ApplicationState.WAITING,
                ApplicationState.OFFERED,
                ApplicationState.CONFIRMED,
            )
        ],
        gettext_lazy("参加する人を変えました"),
    ),
    (ApplicationState.CONFIRMED, "host"): gettext_lazy("主催者が席を用意し、参加が決まりました"),
}
