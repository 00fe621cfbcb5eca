"""Metrics that no figure is counted by any more: releases that hold them stay readable."""

from enishi.kit.i18n import gettext_lazy
from enishi.statistics.metric_types import Amounts, Dimension, Metric, Persons

_PEOPLE = gettext_lazy("人")
_EVERY = frozenset(Dimension) - {Dimension.TIE}

RETIRED = (
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
        Persons(("vote.cast", "statement.written", "opinion.sent")),
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
FORMER = {"dialogue.joined": "dialogue.participants"}
"""By a metric of today: the retired one that charts of former releases show in its place."""
