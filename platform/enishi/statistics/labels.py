"""Texts for the codes of the statistics domain."""

from enishi.audit.kinds import ActorKind
from enishi.kit.facts import Tie
from enishi.kit.formatting import format_number
from enishi.kit.i18n import LazyText, gettext, gettext_lazy
from enishi.statistics.cubes import Act
from enishi.statistics.metrics import Dimension
from enishi.statistics.periods import Cadence

ACTIONS: dict[str, LazyText] = {
    "statistics.facts.mended": gettext_lazy("統計のもとになる記録を数え直して直した"),
    "statistics.release.published": gettext_lazy("統計を公表した"),
    "statistics.series.begun": gettext_lazy("新しい鍵で統計の公表を始めた"),
    "statistics.figures.downloaded": gettext_lazy("団体の数値をダウンロードした"),
}
# Who acts in those that are recorded without an account.
ACTORS: dict[str, ActorKind] = {
    "statistics.facts.mended": ActorKind.JOB,
    "statistics.release.published": ActorKind.JOB,
    "statistics.series.begun": ActorKind.OPERATOR,
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

# Of cubes.
ACTS: dict[Act, LazyText] = {
    Act.TIE: gettext_lazy("地域への登録"),
    Act.PARTICIPATION: gettext_lazy("対話"),
    Act.ATTENDANCE: gettext_lazy("体験・活動"),
}
CUBES: dict[str, LazyText] = {
    "tie.nation": gettext_lazy("登録（全国・延べ）"),
    "tie.prefecture": gettext_lazy("どの都道府県に登録があるか"),
    "tie.place": gettext_lazy("地域ごとの登録者（実人数）"),
    "tie.class": gettext_lazy("どんな規模のまちに登録があるか"),
    "tie.age": gettext_lazy("登録した人の地方と年代"),
    "tie.from_to": gettext_lazy("どこに住む人が、どこに登録しているか"),
    "part.nation": gettext_lazy("対話に加わった人（全国・延べ）"),
    "part.age": gettext_lazy("対話に加わった人の地方と年代"),
    "part.prefecture": gettext_lazy("対話に加わった人の住む都道府県"),
    "part.theme": gettext_lazy("テーマごとの加わった人"),
    "part.channel": gettext_lazy("対話への参加のしかたと、地域とのかかわり"),
    "part.place": gettext_lazy("地域の対話に加わった人"),
    "part.subject": gettext_lazy("対話ごとの加わった人（実人数）"),
    "visit.nation": gettext_lazy("体験・活動への出席（全国・延べ）"),
    "visit.prefecture": gettext_lazy("体験・活動に人が来た都道府県"),
    "visit.place": gettext_lazy("地域ごとの出席（延べ）"),
    "visit.age": gettext_lazy("体験・活動に出席した人の地方と年代"),
    "visit.kind": gettext_lazy("体験・活動の種類と、地域とのかかわり"),
}
CUBE_DIMENSIONS: dict[str, LazyText] = {
    "place": gettext_lazy("市区町村"),
    "place_prefecture": gettext_lazy("地域の都道府県"),
    "place_class": gettext_lazy("まちの規模"),
    "home_prefecture": gettext_lazy("住む都道府県"),
    "home_region": gettext_lazy("住む地方"),
    "age": gettext_lazy("年代"),
    "theme": gettext_lazy("国のテーマ"),
    "channel": gettext_lazy("参加のしかた"),
    "tie": gettext_lazy("地域とのかかわり"),
    "programme_kind": gettext_lazy("体験・活動の種類"),
    "subject": gettext_lazy("対話"),
}
# The label of the key '' of a cube; of other dimensions it is "unknown".
UNKNOWN_OF_CUBES: dict[str, LazyText] = {
    "place": UNKNOWN[Dimension.PLACE],
    "place_prefecture": UNKNOWN[Dimension.PLACE],
    "place_class": UNKNOWN[Dimension.PLACE],
    "theme": UNKNOWN[Dimension.THEME],
}
EVERY: dict[Cadence, LazyText] = {
    Cadence.DAY: gettext_lazy("毎日"),
    Cadence.WEEK: gettext_lazy("毎週"),
    Cadence.MONTH: gettext_lazy("毎月"),
    Cadence.QUARTER: gettext_lazy("三か月ごと"),
}

NOTE = gettext_lazy(
    "人数は、個人が特定されないように乱数で小さく調整し（標準偏差 4〜9人、国全体は約7人）、10人単位"
    "で示しています。20人に満たない数は「20人未満」とし、0人を含みます。調整は表と月ごとに決まって"
    "いて、何度見ても変わりません。一つの表の中では内訳の合計が総数に合うようにそろえてあり、別の表とは"
    "合わないことがあります。票、意見、表示回数は公開されている内容そのものの数なので、調整していません。"
)
"""The reader's note under each table of people."""
NOTE_EASY = gettext_lazy(
    "人（ひと）の数（かず）は、だれのことか分（わ）からないように、少（すこ）しだけ変（か）えてあります。"
    "10人（にん）ずつで書（か）いています。20人（にん）より少（すく）ないときは「20人未満（にんみまん）」"
    "と書（か）きます。0人（にん）のときも同（おな）じです。何回（なんかい）見（み）ても、同（おな）じ"
    "数（かず）です。"
)
MARGIN_EASY = gettext_lazy(
    "本当（ほんとう）の数（かず）との違（ちが）いは、だいたい%(n)s人（にん）までです。"
)


def shown(value: int | None, small: int) -> str:
    """A published number of people as text; None is fewer than `small`, zero included."""
    if value is None:
        return gettext("%(small)s人未満", small=small)
    return gettext("%(count)s人", count=format_number(value))


def shown_about(value: int | None, small: int) -> str:
    """As `shown`, in a sentence, where nothing else says that the number was adjusted."""
    if value is None:
        return shown(None, small)
    return gettext("約%(count)s人", count=format_number(value))
