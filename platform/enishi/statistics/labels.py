"""Texts for the codes of the statistics domain."""

from enishi.audit.kinds import ActorKind
from enishi.kit.facts import Tie
from enishi.kit.formatting import format_number
from enishi.kit.i18n import LazyText, gettext, gettext_lazy
from enishi.statistics.metrics import Dimension

ACTIONS: dict[str, LazyText] = {
    "statistics.facts.mended": gettext_lazy("統計のもとになる記録を数え直して直した"),
    "statistics.release.published": gettext_lazy("統計を公表した"),
    "statistics.figures.downloaded": gettext_lazy("団体の数値をダウンロードした"),
}
# Who acts in those that are recorded without an account.
ACTORS: dict[str, ActorKind] = {
    "statistics.facts.mended": ActorKind.JOB,
    "statistics.release.published": ActorKind.JOB,
}

DIMENSIONS: dict[Dimension, LazyText] = {
    Dimension.MONTH: gettext_lazy("年月"),
    Dimension.DAY: gettext_lazy("日付"),
    Dimension.PREFECTURE: gettext_lazy("参加者の住む都道府県"),
    Dimension.AGE_BAND: gettext_lazy("年代"),
    Dimension.THEME: gettext_lazy("国のテーマ"),
    Dimension.PLACE: gettext_lazy("かかわる地域"),
    Dimension.PLACE_PREFECTURE: gettext_lazy("かかわる地域の都道府県"),
    Dimension.CHANNEL: gettext_lazy("参加のしかた"),
    Dimension.SUBJECT: gettext_lazy("対話・体験"),
    Dimension.TIE: gettext_lazy("その地域とのかかわり"),
}

# The label of the key '': the dimension of an act is unknown, or the act has none.
UNKNOWN: dict[Dimension, LazyText] = {
    Dimension.PREFECTURE: gettext_lazy("分からない（ゲストなど）"),
    Dimension.AGE_BAND: gettext_lazy("分からない（ゲストなど）"),
    Dimension.THEME: gettext_lazy("テーマなし"),
    Dimension.PLACE: gettext_lazy("特定の地域によらない"),
    Dimension.PLACE_PREFECTURE: gettext_lazy("特定の地域によらない"),
    Dimension.CHANNEL: gettext_lazy("分からない"),
}

TIES: dict[Tie, LazyText] = {
    Tie.RESIDENT: gettext_lazy("住んでいる"),
    Tie.TIED: gettext_lazy("登録している"),
    Tie.OUTSIDE: gettext_lazy("どちらでもない"),
    Tie.UNKNOWN: gettext_lazy("分からない"),
}

# Of banded releases, by name.
TABLES: dict[str, LazyText] = {
    "headline": gettext_lazy("全体の数値"),
    "months": gettext_lazy("月ごとの動き"),
    "prefectures": gettext_lazy("どこから参加しているか"),
    "themes": gettext_lazy("テーマごと"),
    "dialogues": gettext_lazy("対話ごと"),
    "ties": gettext_lazy("どこに縁があるか"),
    "places": gettext_lazy("地域ごと"),
}


def shown(value: int | None, small: int) -> str:
    """A published number of people as text; None is fewer than `small`, zero included."""
    if value is None:
        return gettext("%(small)s人未満", small=small)
    return gettext("%(count)s人", count=format_number(value))
