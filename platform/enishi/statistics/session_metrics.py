"""The metrics that are told of sessions of programmes, each from its own records."""

from enishi.kit.i18n import gettext_lazy
from enishi.statistics.metric_types import Metric, OfSessions

ATTENDANCE_RATE = Metric(
    "programme.attendance_rate",
    gettext_lazy("出席率（延べ人数）"),
    gettext_lazy(
        "期間の中で始まった回の、出席した人数÷（出席した人数＋欠席した人数）。開始のときに席のあった"
        "人は、出席・欠席・未記録のどれか一つです。未記録が1割を超えるあいだは「―」とします。"
    ),
    gettext_lazy("%"),
    OfSessions(("person.attended",), minus=("person.absent",)),
    frozenset(),
)
WAITING = Metric(
    "programme.waiting",
    gettext_lazy("キャンセル待ち（その回の組）"),
    gettext_lazy(
        "その回の席が空くのを、いま待っている申込の数。一つの申込を一組と数えます。別の回とは"
        "足しません。"
    ),
    gettext_lazy("組"),
    OfSessions(("application.made",)),
    frozenset(),
)
