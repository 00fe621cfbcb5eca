"""The figures of one organisation: exact, live, of its own dialogues and programmes only."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import chain
from typing import Self

from pydantic import Field, model_validator

from enishi.consultations import labels as consultations_labels
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import ConsultationView
from enishi.kit import charts, clock
from enishi.kit.charts import About, Chart
from enishi.kit.charts.tiles import TILES
from enishi.kit.dates import Day
from enishi.kit.errors import NotFoundError
from enishi.kit.formatting import format_date, format_number
from enishi.kit.i18n import gettext, gettext_lazy
from enishi.kit.pagination import each_page
from enishi.kit.schema import Schema
from enishi.kit.spreadsheets import Layout, Row
from enishi.places import queries as places
from enishi.programmes.listings.queries import office as programmes
from enishi.statistics import exports, policies
from enishi.statistics.key_labels import Labeller, get_labeller
from enishi.statistics.labels import DIMENSIONS, UNKNOWN
from enishi.statistics.metrics import BY_KEY, Dimension, Metric, get_metrics
from enishi.statistics.queries import figures
from enishi.statistics.queries.figures import Figures
from enishi.statistics.schemas import Scope

_DEFAULT_DAYS = 30
_MOST_DAYS = 92  # a longer period is broken down by months
_LONGEST = 366 * 3

HEADLINE = (
    "dialogue.participants",
    "dialogue.newcomers",
    "dialogue.returning",
    "dialogue.votes",
    "dialogue.voices",
    "programme.sign_ups",
    "programme.confirmed",
    "programme.cancelled",
    "programme.attended",
)
FUNNEL = ("dialogue.seen", "dialogue.participants", "dialogue.sent")
COURSE = (
    *("dialogue.newcomers", "dialogue.returning", "dialogue.voices", "dialogue.votes"),
    *("programme.sign_ups", "programme.attended"),
)
_OF_A_MONTH = "dialogue.returning"  # a longer period has it by month
_OF_DIALOGUES = "dialogue."
_FEWEST = 10  # people of a dialogue in a row, from which on their number is shown
FEW = "0–9"
PEOPLE = ("dialogue.participants", "programme.sign_ups", "programme.attended")
SUBJECTS = (
    *(*FUNNEL, "dialogue.votes", "dialogue.voices"),
    *("programme.sign_ups", "programme.confirmed", "programme.attended"),
)


class PeriodForm(Schema):
    """First and last day, both included; and one dialogue or programme, or all when empty."""

    since: Day | None = None
    until: Day | None = None
    subject: str = Field(default="", max_length=60)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.last:
            raise ValueError(gettext_lazy("開始日を、終了日より後にはできません。"))
        if (self.last - self.first).days > _LONGEST:
            raise ValueError(gettext_lazy("期間は三年までにしてください。"))
        return self

    @property
    def last(self) -> date:
        return self.until or clock.today()

    @property
    def first(self) -> date:
        return self.since or self.last - timedelta(days=_DEFAULT_DAYS - 1)

    def scope(self, organisation_id: uuid.UUID) -> Scope:
        kind, _, subject_id = self.subject.partition(" ")
        return Scope(
            until=self.last,
            since=self.first,
            organisation_id=organisation_id,
            subject_kind=kind or None,
            subject_id=subject_id or None,
        )


@dataclass(frozen=True)
class Breakdown:
    """The figures by one dimension, for the page, its chart and its file.

    People of dialogues by an attribute are None below ten, and left out of most periods
    (`is_withheld`).
    """

    name: str
    dimension: Dimension
    metrics: tuple[Metric, ...]
    rows: tuple[tuple[str, str, tuple[int | None, ...]], ...]  # key, label, values
    is_withheld: bool = False

    def columns(self) -> dict[str, list[int | None]]:
        """The values of each metric."""
        return {m.key: [row[2][i] for row in self.rows] for i, m in enumerate(self.metrics)}

    def layout(self) -> Layout:
        keys = [metric.key for metric in self.metrics]
        return exports.office_layout(self.name, self.dimension, keys)

    def table(self, caption: str) -> charts.Table:
        return charts.Table(
            caption,
            (
                str(DIMENSIONS[self.dimension]),
                *((str(metric.title), "number") for metric in self.metrics),
            ),
            tuple((label, *map(_as_text, values)) for _, label, values in self.rows),
        )

    def file_rows(self) -> Iterator[Row]:
        """The rows of the file: a number, or what is said instead of one."""
        for key, label, values in self.rows:
            shown = (
                (None, f"{FEW}{metric.unit}") if value is None else (value, "")
                for metric, value in zip(self.metrics, values, strict=True)
            )
            yield (*exports.key_cells(self.dimension, key, label), *chain.from_iterable(shown))


def _as_text(value: int | None) -> str:
    return FEW if value is None else format_number(value)


BREAKDOWNS = {
    "course": (Dimension.DAY, COURSE),
    "prefectures": (Dimension.PREFECTURE, PEOPLE),
    "ages": (Dimension.AGE_BAND, PEOPLE),
    "channels": (Dimension.CHANNEL, PEOPLE),
    "subjects": (Dimension.SUBJECT, SUBJECTS),
}


async def break_down(name: str, period: PeriodForm, organisation_id: uuid.UUID) -> Breakdown:
    """Raises NotFoundError for a name that is not in BREAKDOWNS."""
    if name not in BREAKDOWNS:
        raise NotFoundError
    dimension, keys = BREAKDOWNS[name]
    if dimension is Dimension.DAY and (period.last - period.first).days >= _MOST_DAYS:
        dimension = Dimension.MONTH
    is_withheld = dimension in policies.ATTRIBUTES and not await _may_break_down_people(
        period, organisation_id
    )
    if is_withheld:
        keys = tuple(key for key in keys if not key.startswith(_OF_DIALOGUES))
    metrics = get_metrics(*keys)
    counted = await figures.count_by(dimension, metrics, period.scope(organisation_id))
    label = await _get_labeller(dimension, organisation_id)
    rows = [
        (key, label(key), _shown(dimension, metrics, counted.get(key, (0,) * len(metrics))))
        for key in _keys(dimension, period, counted)
    ]
    return Breakdown(name, dimension, metrics, tuple(rows), is_withheld)


async def _may_break_down_people(period: PeriodForm, organisation_id: uuid.UUID) -> bool:
    subject_id = period.subject.partition(" ")[2]
    found: list[ConsultationView] = []
    async for talks in each_page(partial(consultations.list_for_office, organisation_id)):
        found += [each for each in talks if subject_id in ("", str(each.id))]
    has_ballots = any(each.ballots_promised and each.published_at for each in found)
    days, one = (period.first, period.last), found[0] if found and subject_id else None
    return policies.may_break_down_people(*days, one, clock.today(), has_ballots=has_ballots)


def _shown(
    dimension: Dimension, metrics: Sequence[Metric], values: Sequence[int]
) -> tuple[int | None, ...]:
    """The values; None for few people of dialogues by an attribute."""
    return tuple(
        None
        if dimension in policies.ATTRIBUTES
        and metric.key.startswith(_OF_DIALOGUES)
        and value < _FEWEST
        else value
        for metric, value in zip(metrics, values, strict=True)
    )


def _keys(dimension: Dimension, period: PeriodForm, counted: Figures) -> Sequence[str]:
    """The keys of the rows: every day or month of the period; other keys where an act occurred."""
    if dimension not in (Dimension.DAY, Dimension.MONTH):
        return sorted(counted, key=lambda key: (not key, key))
    days = (period.last - period.first).days + 1
    every = [(period.first + timedelta(days=n)).isoformat() for n in range(days)]
    if dimension is Dimension.MONTH:
        return list(dict.fromkeys(day[:7] for day in every))
    return every


async def _get_labeller(dimension: Dimension, organisation_id: uuid.UUID) -> Labeller:
    if dimension is Dimension.SUBJECT:
        titles = dict(await list_subjects(organisation_id))
        return lambda key: titles.get(key, key)
    if dimension is Dimension.CHANNEL:
        known = {each.value: str(text) for each, text in consultations_labels.CHANNELS.items()}
        return lambda key: known.get(key, key) or str(UNKNOWN[dimension])
    return await get_labeller(dimension)


async def list_subjects(organisation_id: uuid.UUID) -> list[tuple[str, str]]:
    """All dialogues and programmes of an organisation, as (key, title)."""
    talks = [
        (f"consultation {each.id}", str(each.title))
        async for rows in each_page(partial(consultations.list_for_office, organisation_id))
        for each in rows
    ]
    offers = [
        (f"programme {each.id}", str(each.title))
        async for rows in each_page(partial(programmes.list_for_office, organisation_id))
        for each in rows
    ]
    return talks + offers


Totals = list[tuple[Metric, int]]


async def count_totals(period: PeriodForm, organisation_id: uuid.UUID) -> tuple[Totals, Totals]:
    """The headline; and the funnel: page views, participants, participants who sent something."""
    scope = period.scope(organisation_id)
    tiles = tuple(key for key in HEADLINE if scope.is_within_a_month or key != _OF_A_MONTH)
    keys = tuple(dict.fromkeys((*tiles, *FUNNEL)))
    counted = await figures.count(get_metrics(*keys), scope)
    values = dict(zip(keys, counted, strict=True))
    headline, funnel = (
        [(BY_KEY[key], values[key]) for key in wanted] for wanted in (tiles, FUNNEL)
    )
    return headline, funnel


async def draw(breakdown: Breakdown, period: PeriodForm) -> Chart:
    """The chart of a breakdown, with its whole table behind it."""
    about = About("", str(BY_KEY["dialogue.participants"].unit), _source(period))
    if breakdown.dimension in (Dimension.DAY, Dimension.MONTH):
        title = gettext("日ごとの動き")
        if breakdown.dimension is Dimension.MONTH:
            title = gettext("月ごとの動き")
        shown = ("dialogue.newcomers", "dialogue.returning", "dialogue.voices")
        columns = breakdown.columns()
        chart = await charts.lines(
            replace(about, title=title, unit=""),
            [_short(key, label) for key, label, _ in breakdown.rows],
            {str(BY_KEY[key].title): columns[key] for key in shown},
        )
    elif breakdown.dimension is Dimension.PREFECTURE:
        title = gettext("対話の参加者の住む都道府県")
        values = {key: values[0] or 0 for key, _, values in breakdown.rows}
        chart = await charts.prefectures(
            replace(about, title=title),
            {code: values.get(code, 0) for code in TILES},
            {each.code[:2]: each.short_name for each in places.list_prefectures()},
        )
    else:
        title = gettext("対話の参加者の年代")
        if breakdown.dimension is Dimension.CHANNEL:
            title = gettext("対話への参加のしかた")
        rows = [(label, values[0]) for _, label, values in breakdown.rows if values[0]]
        chart = await charts.bars(replace(about, title=title), rows)
    return replace(chart, table=breakdown.table(title))


def last_month() -> PeriodForm:
    """The last calendar month that is over."""
    last = clock.today().replace(day=1) - timedelta(days=1)
    return PeriodForm(since=last.replace(day=1), until=last)


def _short(key: str, label: str) -> str:
    """A day as 11/23, to fit below an axis."""
    return key[5:].replace("-", "/") if len(key) == len("2026-11-23") else label


def _source(period: PeriodForm) -> str:
    return gettext(
        "%(first)sから%(last)sまで。公表用ではありません。",
        first=format_date(period.first),
        last=format_date(period.last),
    )
