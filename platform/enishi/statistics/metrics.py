"""The one registry of metrics: what each is called, what it counts, and how.

Every figure in a release or in an office's report is one of these. The caller adds the dimension to
group by and the scope.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from enishi.kit.i18n import LazyText, gettext_lazy


class Dimension(StrEnum):
    """What a figure can be broken down by: one dimension at a time, never two."""

    MONTH = "month"
    DAY = "day"
    PREFECTURE = "prefecture"
    AGE_BAND = "age_band"
    THEME = "theme"
    PLACE = "place"
    PLACE_PREFECTURE = "place_prefecture"
    CHANNEL = "channel"
    SUBJECT = "subject"
    TIE = "tie"


@dataclass(frozen=True)
class Acts:
    """Acts of the kinds in `plus`, less those in `minus`: taken back, or counted elsewhere."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.plus + self.minus


class Amounts(Acts):
    """The sum of the amounts of the acts: votes, or persons of a party."""


class Persons(Acts):
    """Persons who did any of the acts, each counted once for a key."""


class Joined(Acts):
    """Persons whose first act under a subject, one of `plus`, lies in the period."""


class Returning(Acts):
    """Persons who did any of the acts and had joined before: of one day or month only."""


class JoinedAndDid(Acts):
    """Persons who joined in the period and did any of the acts by its end."""


class NetPersons(Acts):
    """Persons who did the acts more often than they took them back, once for a key."""


@dataclass(frozen=True)
class Metric:
    """`value` is what is counted, `unit` the text after the number."""

    key: str
    title: LazyText
    definition: LazyText
    unit: LazyText
    value: Amounts | Persons | Joined | Returning | JoinedAndDid | NetPersons
    dimensions: frozenset[Dimension]


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
        "programme.sign_ups",
        gettext_lazy("体験・活動の申込"),
        gettext_lazy(
            "申し込まれた人数（同行者を含む）。キャンセル待ちになった申込も、後の取消も引きません。"
        ),
        _PEOPLE,
        Amounts(("application.made",)),
        _EVERY,
    ),
    Metric(
        "programme.confirmed",
        gettext_lazy("参加決定者（延べ）"),
        gettext_lazy(
            "参加が決まった人数（同行者を含む）。キャンセル待ちから決まった人を含み、"
            "後の取消や欠席は引きません。"
        ),
        _PEOPLE,
        Amounts(("application.confirmed",)),
        _EVERY,
    ),
    Metric(
        "programme.cancelled",
        gettext_lazy("申込の取消"),
        gettext_lazy("本人が取り消した申込の人数（同行者を含む）。"),
        _PEOPLE,
        Amounts(("application.cancelled",)),
        _EVERY,
    ),
    Metric(
        "programme.attended",
        gettext_lazy("体験・活動の参加者"),
        gettext_lazy(
            "当日に参加したと主催者が記録した人数（同行者を含む）。欠席への訂正は引きます。"
        ),
        _PEOPLE,
        Amounts(("application.attended",), minus=("application.unattended",)),
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
# What earlier releases hold, under the names of their time.
RETIRED = (
    Metric(
        "dialogue.participants",
        gettext_lazy("対話の参加者"),
        gettext_lazy(
            "対話に加わった人の数。一つの対話では一人を一度だけ数え、二つの対話に加わった人は二人と"
            "数えます（対話をまたいで同じ人を結び付けないためです）。ゲストで始めてからログインした"
            "人は一人です。主催者が集計から外したゲストは引きます。"
        ),
        _PEOPLE,
        Amounts(
            ("participation.started", "participation.taken_back"),
            minus=("participation.merged", "participation.set_aside"),
        ),
        _EVERY,
    ),
    Metric(
        "dialogue.sent",
        gettext_lazy("声か票を届けた人"),
        gettext_lazy(
            "期間中に、投票したか、意見カードを書いたか、ご意見を提出した人の数。退会した人が書いた"
            "ものは、人としては数えません。"
        ),
        _PEOPLE,
        Persons(_SENT),
        _EVERY,
    ),
    Metric(
        "dialogue.newcomers",
        gettext_lazy("新しく加わった人"),
        gettext_lazy("期間（または日）の中で、その対話に初めて加わり、動いた人の数。"),
        _PEOPLE,
        Persons(("participation.started",)),
        _EVERY,
    ),
)
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
BY_KEY = {metric.key: metric for metric in (*METRICS, RETENTION, *RETIRED)}


def get_metrics(*keys: str) -> tuple[Metric, ...]:
    return tuple(BY_KEY[key] for key in keys)


def person_bits(kinds: Iterable[str]) -> int:
    """The bits of some kinds together, as statistics_person_day.acts holds them."""
    return sum(1 << PERSON_KINDS[kind] for kind in set(kinds))
