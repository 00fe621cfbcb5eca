"""The charts of an office's breakdowns, each with its whole table behind it."""

from dataclasses import replace

from enishi.kit import charts
from enishi.kit.charts import About, Chart
from enishi.kit.charts.tiles import TILES
from enishi.kit.formatting import format_date
from enishi.kit.i18n import gettext
from enishi.places import queries as places
from enishi.statistics.metrics import BY_KEY, Dimension
from enishi.statistics.office.breakdowns import BREAKDOWNS, Breakdown
from enishi.statistics.office.schemas import Aspect, PeriodForm

# People only: one axis cannot hold people and votes.
_LINES = {
    Aspect.DIALOGUES: ("dialogue.joined", "dialogue.returning"),
    Aspect.PROGRAMMES: ("programme.applied", "programme.attended"),
    Aspect.REGISTRATIONS: ("relation.joined", "relation.left"),
}
_ON_MAP = {
    Aspect.DIALOGUES: "dialogue.joined",
    Aspect.PROGRAMMES: "programme.attended",
}
_SHORT_DAY = len("2026-11-23")


def title_of(breakdown: Breakdown) -> str:
    aspect = BREAKDOWNS[breakdown.name].aspect
    titles = {
        (Aspect.DIALOGUES, Dimension.DAY): gettext("対話：日ごとの動き"),
        (Aspect.DIALOGUES, Dimension.MONTH): gettext("対話：月ごとの動き"),
        (Aspect.DIALOGUES, Dimension.PREFECTURE): gettext("対話の参加者の住む都道府県"),
        (Aspect.DIALOGUES, Dimension.AGE_BAND): gettext("対話の参加者の年代"),
        (Aspect.DIALOGUES, Dimension.CHANNEL): gettext("対話への参加のしかた"),
        (Aspect.DIALOGUES, Dimension.TIE): gettext("対話の参加者と地域とのかかわり"),
        (Aspect.DIALOGUES, Dimension.SUBJECT): gettext("対話ごとの数値"),
        (Aspect.PROGRAMMES, Dimension.DAY): gettext("体験・活動：日ごとの動き"),
        (Aspect.PROGRAMMES, Dimension.MONTH): gettext("体験・活動：月ごとの動き"),
        (Aspect.PROGRAMMES, Dimension.PREFECTURE): gettext("体験・活動の参加者の住む都道府県"),
        (Aspect.PROGRAMMES, Dimension.AGE_BAND): gettext("体験・活動の参加者の年代"),
        (Aspect.PROGRAMMES, Dimension.SUBJECT): gettext("体験・活動ごとの数値"),
        (Aspect.REGISTRATIONS, Dimension.DAY): gettext("登録：日ごとの動き"),
        (Aspect.REGISTRATIONS, Dimension.MONTH): gettext("登録：月ごとの動き"),
    }
    return titles[aspect, breakdown.dimension]


async def draw_course(breakdown: Breakdown, period: PeriodForm) -> Chart:
    """A line for each figure of people."""
    shown = _LINES[BREAKDOWNS[breakdown.name].aspect]
    title = title_of(breakdown)
    chart = await charts.lines(
        About(title, source=_source(period)),
        [_short(key, label) for key, label, _ in breakdown.rows],
        {str(BY_KEY[key].title): breakdown.column(key) for key in shown},
        is_running=breakdown.running is not None,
    )
    return replace(chart, table=breakdown.table(title))


async def draw_map(breakdown: Breakdown, period: PeriodForm) -> Chart:
    """One figure by the prefecture where people live, as tiles."""
    metric = BY_KEY[_ON_MAP[BREAKDOWNS[breakdown.name].aspect]]
    title = title_of(breakdown)
    keys = [key for key, _, _ in breakdown.rows]
    values = dict(zip(keys, breakdown.column(metric.key), strict=True))
    chart = await charts.prefectures(
        About(title, str(metric.unit), _source(period)),
        {code: values.get(code) or 0 for code in TILES},
        {each.code[:2]: each.short_name for each in places.list_prefectures()},
    )
    return replace(chart, table=breakdown.table(title))


def _short(key: str, label: str) -> str:
    """A day as 11/23, to fit below an axis."""
    return key[5:].replace("-", "/") if len(key) == _SHORT_DAY else label


def _source(period: PeriodForm) -> str:
    return gettext(
        "%(first)sから%(last)sまで。公表用ではありません。",
        first=format_date(period.first),
        last=format_date(period.last),
    )
