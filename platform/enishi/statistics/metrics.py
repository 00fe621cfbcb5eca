"""The one registry of metrics: what each is called, what it counts, and how.

Every figure in a release or in an office's report is one of these. The caller adds the dimension to
group by and the scope.
"""

from collections.abc import Iterable

from enishi.kit.i18n import gettext_lazy
from enishi.statistics.metric_types import (
    Acts,
    Amounts,
    Dimension,
    Joined,
    JoinedAndDid,
    Metric,
    NetPersons,
    Persons,
    Returning,
)
from enishi.statistics.retired_metrics import RETIRED
from enishi.statistics.session_metrics import ATTENDANCE_RATE, WAITING

__all__ = [
    "BY_KEY",
    "DEFINED",
    "METRICS",
    "PERSON_KINDS",
    "Acts",
    "Amounts",
    "Dimension",
    "Joined",
    "JoinedAndDid",
    "Metric",
    "NetPersons",
    "Persons",
    "Returning",
    "get_metrics",
    "person_bits",
]


_PEOPLE, _TIMES = gettext_lazy("人"), gettext_lazy("件")
_EVERY = frozenset(Dimension) - {Dimension.TIE}
# Page views are anonymous: no breakdown by home, age or channel.
_ANONYMOUS = _EVERY - {Dimension.PREFECTURE, Dimension.AGE_BAND, Dimension.CHANNEL}
# A registration is with a place and has no theme. A person may move between registering and
# withdrawing, so open registrations have no breakdown by home, age or day.
_OF_PLACES = frozenset({Dimension.PLACE, Dimension.PLACE_PREFECTURE})

_WROTE = ("statement.written", "opinion.sent")
_SENT = ("vote.cast", *_WROTE)
_ACTIVE = ("participation.started", "vote.changed", *_SENT)

METRICS = (
    Metric(
        "dialogue.joined",
        gettext_lazy("加わった人（実人数）"),
        gettext_lazy(
            "その対話での最初の行動が、期間の中にある人の数。一つの対話では一人を一度だけ数え、二つの"
            "対話に加わった人は二人と数えます（対話をまたいで同じ人を結び付けないためです）。ゲストで"
            "始めてからログインした人は一人です。主催者が集計から外したゲストは数えません。"
        ),
        _PEOPLE,
        Joined(_ACTIVE),
        _EVERY | {Dimension.TIE},
    ),
    Metric(
        "dialogue.active",
        gettext_lazy("動いた人（実人数）"),
        gettext_lazy(
            "期間の中で、加わったか、投票したか、書いた人の数。加わった人と再訪者の和です。退会した人が"
            "書いたものは、人としては数えません。主催者が集計から外したゲストは数えません。"
        ),
        _PEOPLE,
        Persons(_ACTIVE),
        _EVERY | {Dimension.TIE},
    ),
    Metric(
        "dialogue.returning",
        gettext_lazy("再訪者（実人数）"),
        gettext_lazy(
            "その月（または日）より前に加わっていて、その中でまた投票したり書いたりした人の数。"
            "動いた人から加わった人を引いた数です。月より長い期間では、一つの数にはしません。"
        ),
        _PEOPLE,
        Returning(_ACTIVE),
        frozenset({Dimension.DAY, Dimension.MONTH}),
    ),
    Metric(
        "dialogue.joined_sent",
        gettext_lazy("加わって届けた人（実人数）"),
        gettext_lazy(
            "期間の中で加わった人のうち、期間の終わりまでに、投票したか、意見カードを書いたか、"
            "ご意見を提出した人の数。"
        ),
        _PEOPLE,
        JoinedAndDid(_SENT),
        _EVERY | {Dimension.TIE},
    ),
    Metric(
        "dialogue.joined_wrote",
        gettext_lazy("加わって書いた人（実人数）"),
        gettext_lazy(
            "期間の中で加わった人のうち、期間の終わりまでに、意見カードを書いたか、"
            "ご意見を提出した人の数。"
        ),
        _PEOPLE,
        JoinedAndDid(_WROTE),
        _EVERY | {Dimension.TIE},
    ),
    Metric(
        "dialogue.votes",
        gettext_lazy("投票（延べ）"),
        gettext_lazy(
            "意見カードへの賛成・反対・パスの数。選び直しは数えず、取り消した投票は引きます。"
        ),
        gettext_lazy("票"),
        Amounts(("vote.cast",), minus=("vote.withdrawn",)),
        _EVERY,
    ),
    Metric(
        "dialogue.voices",
        gettext_lazy("寄せられた声（延べ）"),
        gettext_lazy(
            "参加者が書いた意見カードと、提出されたご意見の数。主催者が用意した最初のカードは"
            "含みません。後から非表示になったものや取り下げられたものも、届いた声として数えます。"
        ),
        _TIMES,
        Amounts(("statement.written", "opinion.sent")),
        _EVERY,
    ),
    Metric(
        "dialogue.seen",
        gettext_lazy("ページの表示（延べ）"),
        gettext_lazy(
            "対話のページが表示された回数。人の数ではありません。だれが見たかは記録せず、回数だけを"
            "一分ごとにまとめて数えます。名乗る自動巡回と先読みは除きます。"
        ),
        gettext_lazy("回"),
        Amounts(("dialogue.shown",)),
        _ANONYMOUS,
    ),
    Metric(
        "programme.applied",
        gettext_lazy("体験・活動の申込（延べ）"),
        gettext_lazy(
            "申し込まれた人数（同行者を含む）。キャンセル待ちになった申込も、後の取消も引きません。"
        ),
        _PEOPLE,
        Amounts(("application.made",)),
        _EVERY,
    ),
    Metric(
        "programme.confirmed",
        gettext_lazy("参加予定（延べ）"),
        gettext_lazy(
            "席のある人数（同行者を含む）。キャンセル待ちから決まった人を含み、後の取消と、"
            "主催者による中止は引きます。欠席は引きません。"
        ),
        _PEOPLE,
        Amounts(("application.confirmed",), minus=("place.given_back",)),
        _EVERY,
    ),
    Metric(
        "programme.cancelled",
        gettext_lazy("申込の取消（延べ）"),
        gettext_lazy("本人が申込を取り消した人数と、案内された席を辞退した人数（同行者を含む）。"),
        _PEOPLE,
        Amounts(("application.cancelled", "application.declined")),
        _EVERY,
    ),
    Metric(
        "programme.expired",
        gettext_lazy("期限切れ（延べ）"),
        gettext_lazy("案内された席に、期限までに返事がなかった人数（同行者を含む）。"),
        _PEOPLE,
        Amounts(("application.expired",)),
        _EVERY,
    ),
    Metric(
        "programme.called_off",
        gettext_lazy("開催中止（延べ）"),
        gettext_lazy("申し込んだ回が中止になった人数（同行者を含む）。"),
        _PEOPLE,
        Amounts(("application.cancelled_by_host",)),
        _EVERY,
    ),
    Metric(
        "programme.attended",
        gettext_lazy("体験・活動の出席（延べ）"),
        gettext_lazy(
            "当日に出席したと主催者が記録した人数（同行者を含む）。最後の記録を数えます。"
        ),
        _PEOPLE,
        Amounts(("person.attended",), minus=("person.attended_taken_back",)),
        _EVERY,
    ),
    Metric(
        "programme.absent",
        gettext_lazy("体験・活動の欠席（延べ）"),
        gettext_lazy(
            "当日に欠席したと主催者が記録した人数（同行者を含む）。最後の記録を数えます。"
        ),
        _PEOPLE,
        Amounts(("person.absent",), minus=("person.absent_taken_back",)),
        _EVERY,
    ),
    Metric(
        "relation.registrations",
        gettext_lazy("地域とのつながりの登録"),
        gettext_lazy(
            "市区町村への登録のうち、取り消されていないものの数。一人が三つの市区町村に登録すると"
            "三件です。"
        ),
        _TIMES,
        Amounts(("registration.opened",), minus=("registration.withdrawn",)),
        _OF_PLACES,
    ),
    Metric(
        "relation.people",
        gettext_lazy("地域の登録者（関係人口）"),
        gettext_lazy(
            "市区町村に登録して、やめていない人の数。一つの市区町村では一人を一度だけ、一つの都道府県"
            "でもその市区町村をまとめて一人を一度だけ数えます。"
        ),
        _PEOPLE,
        NetPersons(("registration.opened",), minus=("registration.withdrawn",)),
        _OF_PLACES,
    ),
    # What releases count: each open registration is a person with a place, so tables add up.
    Metric(
        "relation.ties",
        gettext_lazy("地域の登録者（延べ）"),
        gettext_lazy(
            "市区町村に登録して、やめていない人の数。一つの市区町村では一人を一度だけ数えます。二つの"
            "市区町村に登録した人は、都道府県や全国の数では二人と数えます。"
        ),
        _PEOPLE,
        Amounts(("registration.opened",), minus=("registration.withdrawn",)),
        _OF_PLACES,
    ),
    Metric(
        "relation.joined",
        gettext_lazy("新しい登録（延べ）"),
        gettext_lazy("期間中に、市区町村に登録した人の数。登録し直した人も数えます。"),
        _PEOPLE,
        Amounts(("registration.opened",)),
        _OF_PLACES | {Dimension.DAY, Dimension.MONTH},
    ),
    Metric(
        "relation.left",
        gettext_lazy("登録の取消（延べ）"),
        gettext_lazy("期間中に、市区町村への登録を取り消した人の数。"),
        _PEOPLE,
        Amounts(("registration.withdrawn",)),
        _OF_PLACES | {Dimension.DAY, Dimension.MONTH},
    ),
)
# Of those who joined in a month, those who were active in it and in each later month.
RETENTION = Metric(
    "dialogue.retention",
    gettext_lazy("定着（実人数）"),
    gettext_lazy(
        "ある月に加わった人のうち、その月と、その後のそれぞれの月に動いた人の数。"
        "最初の月の数は、加わった人の数です。"
    ),
    _PEOPLE,
    Joined(_ACTIVE),
    frozenset(),
)
# The steps of those who joined in the period. None is larger than the one before it.
FUNNEL = ("dialogue.joined", "dialogue.joined_sent", "dialogue.joined_wrote")
# The number of each kind of act by which people are counted: its bit in the stored column
# statistics_person_day.acts (an integer: numbers 0 to 30). Append only. A number is never changed
# and never given to another kind, also when no metric uses its kind any more: rows that were
# stored with it would be read as another act.
PERSON_KINDS = {
    "vote.cast": 0,
    "statement.written": 1,
    "opinion.sent": 2,
    "participation.started": 3,
    "vote.changed": 4,
}
DEFINED = (*METRICS, RETENTION, ATTENDANCE_RATE, WAITING)
BY_KEY = {metric.key: metric for metric in (*DEFINED, *RETIRED)}


def get_metrics(*keys: str) -> tuple[Metric, ...]:
    return tuple(BY_KEY[key] for key in keys)


def person_bits(kinds: Iterable[str]) -> int:
    """The bits of some kinds together, as statistics_person_day.acts holds them."""
    return sum(1 << PERSON_KINDS[kind] for kind in set(kinds))
