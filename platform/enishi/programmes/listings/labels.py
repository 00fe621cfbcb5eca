"""Labels of the choices of a programme, for public and office pages."""

from collections.abc import Mapping

from enishi.kit.i18n import LazyText, gettext_lazy
from enishi.programmes.listings.tables import ProgrammeKind, ProgrammeState

KINDS: Mapping[ProgrammeKind, LazyText] = {
    ProgrammeKind.EXPERIENCE: gettext_lazy("体験"),
    ProgrammeKind.HELPING: gettext_lazy("お手伝い"),
    ProgrammeKind.HELPING_THANKED: gettext_lazy("お手伝い（お礼あり）"),
    ProgrammeKind.WORKING_HOLIDAY: gettext_lazy("ふるさとワーキングホリデー"),
    ProgrammeKind.COOPERATOR: gettext_lazy("地域おこし協力隊"),
    ProgrammeKind.DUAL_LIVING_TRIAL: gettext_lazy("二地域居住のお試し"),
    ProgrammeKind.SCHOOL_TRIP: gettext_lazy("教育旅行"),
    ProgrammeKind.ONLINE: gettext_lazy("オンライン"),
}
# The keys are those of listing_forms.Part, and `sessions`.
PART_TITLES: Mapping[str, LazyText] = {
    "basic": gettext_lazy("基本の情報"),
    "story": gettext_lazy("受け入れる人のことばと一日の流れ"),
    "conditions": gettext_lazy("参加の条件"),
    "money": gettext_lazy("お金・宿泊・交通"),
    "access": gettext_lazy("設備と配慮"),
    "contact": gettext_lazy("問い合わせ先"),
    "sessions": gettext_lazy("日時と定員"),
}
# Used by the template office/_macros.html only.
PROGRAMME_STATES: Mapping[ProgrammeState, LazyText] = {
    ProgrammeState.DRAFT: gettext_lazy("下書き"),
    ProgrammeState.PUBLISHED: gettext_lazy("公開中"),
    ProgrammeState.CLOSED: gettext_lazy("受付終了"),
}
# The keys are the values that ProgrammeForm and documents.py allow.
MINORS: Mapping[str, LazyText] = {
    "accompanied": gettext_lazy("18歳未満は、大人と一緒に参加できます"),
    "with_consent": gettext_lazy("18歳未満は、保護者の同意があれば参加できます"),
    "not_admitted": gettext_lazy("18歳未満は参加できません"),
}
LODGING: Mapping[str, LazyText] = {
    "none": gettext_lazy("宿泊はありません"),
    "included": gettext_lazy("宿泊つき（参加費に含まれます）"),
    "own": gettext_lazy("宿は自分で手配します"),
}
TRANSPORT: Mapping[str, LazyText] = {
    "self": gettext_lazy("交通費は自己負担です"),
    "subsidised": gettext_lazy("交通費の補助があります"),
    "pickup": gettext_lazy("最寄りの駅などから送迎があります"),
}
PAYMENT: Mapping[str, LazyText] = {
    "none": gettext_lazy("払うものはありません"),
    "cash": gettext_lazy("当日、現金で主催者に払います"),
    "cashless": gettext_lazy("当日、カードや電子マネーで主催者に払います"),
    "transfer": gettext_lazy("前もって、振込などで主催者に払います"),
}
PHYSICAL_LOAD: Mapping[str, LazyText] = {
    "light": gettext_lazy("軽い（座ってできることや、ゆっくりした散歩）"),
    "medium": gettext_lazy("ふつう（立って行う作業や、坂道を歩くこと）"),
    "heavy": gettext_lazy("きつい（重い物を運ぶことや、長い山道）"),
}
ACCESS: Mapping[str, LazyText] = {
    "accessible_toilet": gettext_lazy("バリアフリートイレ"),
    "assistance_dogs": gettext_lazy("補助犬と一緒に参加できる"),
    "written_communication": gettext_lazy("筆談"),
    "sign_language": gettext_lazy("手話"),
    "stroller": gettext_lazy("ベビーカーで参加できる"),
    "nursing_room": gettext_lazy("授乳室・おむつ替え"),
    "quiet_place": gettext_lazy("静かに休める場所"),
    "online_seat": gettext_lazy("オンラインでも参加できる"),
}
