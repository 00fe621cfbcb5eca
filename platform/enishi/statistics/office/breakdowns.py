"""The figures of one organisation, by one dimension at a time: for its page, charts and files.

Acts and totals are exact and live. People by an attribute are exact where the reader may open the
list of those people, and else come from the newest release of a protected cube (`protected`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Self

from enishi.accounts.dimensions import AGE_BANDS
from enishi.consultations import labels as consultations_labels
from enishi.consultations.core.kinds import Channel
from enishi.kit import charts, clock
from enishi.kit.errors import NotFoundError
from enishi.kit.facts import Tie
from enishi.kit.formatting import format_number
from enishi.kit.i18n import gettext, gettext_lazy
from enishi.kit.spreadsheets import Layout, Row
from enishi.places import queries as places
from enishi.statistics import exports
from enishi.statistics.key_labels import Labeller, get_labeller
from enishi.statistics.labels import DIMENSIONS, UNKNOWN
from enishi.statistics.metrics import Dimension, Metric, get_metrics
from enishi.statistics.office.queries import Holdings
from enishi.statistics.office.schemas import Aspect, PeriodForm
from enishi.statistics.queries import figures
from enishi.statistics.queries.figures import Figures

TITLES = {
    Aspect.DIALOGUES: gettext_lazy("対話"),
    Aspect.PROGRAMMES: gettext_lazy("体験・活動"),
    Aspect.REGISTRATIONS: gettext_lazy("地域の登録者（関係人口）"),
}
Values = tuple[int | None, ...]
_BY_TIME = (Dimension.DAY, Dimension.MONTH)
ATTRIBUTES = (Dimension.PREFECTURE, Dimension.AGE_BAND, Dimension.CHANNEL, Dimension.TIE)
"""Dimensions that describe a person; a filter by days or by a dialogue narrows them further."""


@dataclass(frozen=True)
class Declared:
    """A breakdown that an office can read."""

    aspect: Aspect
    dimension: Dimension
    metrics: tuple[str, ...]


_GIVEN = ("dialogue.votes", "dialogue.voices")
PROGRAMME = (
    "programme.applied",
    "programme.confirmed",
    "programme.attended",
    "programme.absent",
    "programme.cancelled",
    "programme.called_off",
    "programme.expired",
)
_PEOPLE = {
    Aspect.DIALOGUES: ("dialogue.joined",),
    Aspect.PROGRAMMES: ("programme.applied", "programme.attended"),
}
_OF_PEOPLE = {
    "prefectures": Dimension.PREFECTURE,
    "ages": Dimension.AGE_BAND,
    "channels": Dimension.CHANNEL,
    "ties": Dimension.TIE,
}
# Everybody signs up for a programme with an account.
_OF_DIALOGUES = (Dimension.CHANNEL, Dimension.TIE)
BREAKDOWNS = {
    "dialogues-course": Declared(
        Aspect.DIALOGUES, Dimension.DAY, ("dialogue.joined", "dialogue.returning", *_GIVEN)
    ),
    "programmes-course": Declared(Aspect.PROGRAMMES, Dimension.DAY, PROGRAMME),
    "registrations-course": Declared(
        Aspect.REGISTRATIONS, Dimension.DAY, ("relation.joined", "relation.left")
    ),
    **{
        f"{aspect}-{name}": Declared(aspect, dimension, metrics)
        for aspect, metrics in _PEOPLE.items()
        for name, dimension in _OF_PEOPLE.items()
        if aspect is Aspect.DIALOGUES or dimension not in _OF_DIALOGUES
    },
    "dialogues-subjects": Declared(
        Aspect.DIALOGUES,
        Dimension.SUBJECT,
        ("dialogue.seen", "dialogue.joined", "dialogue.active", *_GIVEN),
    ),
    "programmes-subjects": Declared(Aspect.PROGRAMMES, Dimension.SUBJECT, PROGRAMME),
}
"""By the name of its file."""


@dataclass(frozen=True)
class Breakdown:
    """The figures by one dimension.

    A value is None below `small`, where that is not told. `running` is the key of the row that is
    not over. Protected figures stand as of the end of a day, `as_of`.
    """

    name: str
    dimension: Dimension
    metrics: tuple[Metric, ...]
    rows: tuple[tuple[str, str, Values], ...]  # key, label, values
    running: str | None = None
    small: int = 0
    as_of: date | None = None

    @property
    def is_protected(self) -> bool:
        return self.as_of is not None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw: no value that is told is above zero."""
        return not any(value for _, _, values in self.rows for value in values)

    @property
    def widest(self) -> int:
        """The largest first value, or 1: what a bar is relative to."""
        return max((values[0] or 0 for _, _, values in self.rows), default=0) or 1

    @property
    def told(self) -> Self:
        """The rows with a value; of ages and channels, which are few, all."""
        if self.dimension is not Dimension.PREFECTURE:
            return self
        return replace(self, rows=tuple(row for row in self.rows if any(row[2])))

    def column(self, metric: str) -> list[int | None]:
        at = [each.key for each in self.metrics].index(metric)
        return [values[at] for _, _, values in self.rows]

    def table(self, caption: str) -> charts.Table:
        titles = ((str(metric.title), "number") for metric in self.metrics)
        return charts.Table(
            caption,
            (str(DIMENSIONS[self.dimension]), *titles),
            tuple((self.label(*row), *map(self.text, row[2])) for row in self.rows),
        )

    def label(self, key: str, label: str, _values: Values = ()) -> str:
        return gettext("%(moment)s（途中）", moment=label) if key == self.running else label

    def text(self, value: int | None) -> str:
        if value is None:
            return gettext("%(n)s人未満", n=self.small)
        return format_number(value)

    def layout(self) -> Layout:
        keys = (metric.key for metric in self.metrics)
        of = TITLES[BREAKDOWNS[self.name].aspect]
        return exports.office_layout(self.name, of, self.dimension, keys)

    def file_rows(self) -> Iterator[Row]:
        """The rows of the file: a number, and what is said about it or instead of it."""
        for key, label, values in self.rows:
            note = gettext("途中") if key == self.running else ""
            shown = ((value, self.text(value) if value is None else note) for value in values)
            yield (*exports.key_cells(self.dimension, key, label), *chain.from_iterable(shown))


def layout_of(name: str) -> Layout:
    """The file of a breakdown with all of its columns; protected figures have one metric of it."""
    declared = BREAKDOWNS[name]
    return exports.office_layout(
        name, TITLES[declared.aspect], declared.dimension, declared.metrics
    )


async def break_down(name: str, period: PeriodForm, holdings: Holdings) -> Breakdown:
    """The exact figures. Raises NotFoundError for a name that is not in BREAKDOWNS."""
    if name not in BREAKDOWNS:
        raise NotFoundError
    declared = BREAKDOWNS[name]
    dimension = declared.dimension
    if dimension is Dimension.DAY and period.is_by_month:
        dimension = Dimension.MONTH
    metrics = get_metrics(*declared.metrics)
    scope = period.scope(declared.aspect, holdings.organisation_id, holdings.place)
    counted = await figures.count_by(dimension, metrics, scope)
    label = await label_of(dimension, holdings)
    zeros = (0,) * len(metrics)
    keys = _keys(dimension, period, counted, holdings)
    rows = [(key, label(key), counted.get(key, zeros)) for key in keys]
    running = _running(dimension, period)
    return Breakdown(name, dimension, metrics, tuple(rows), running=running)


def _keys(
    dimension: Dimension, period: PeriodForm, counted: Figures, holdings: Holdings
) -> Sequence[str]:
    """The keys of the rows: all that are declared, and of subjects those with an act."""
    if dimension in _BY_TIME:
        return _moments(dimension, period)
    if dimension is Dimension.SUBJECT:
        return [key for key in holdings.titles if key in counted]
    declared = declared_keys(dimension)
    # Ages of acts before the bands were cut anew.
    former = sorted(key for key in counted if key not in declared)
    return [*(key for key in declared if key), *former, ""]


def declared_keys(dimension: Dimension) -> Sequence[str]:
    """Every value of an attribute, whether it occurs or not; the unknown ('') last."""
    if dimension is Dimension.PREFECTURE:
        return [*(each.code[:2] for each in places.list_prefectures()), ""]
    if dimension is Dimension.AGE_BAND:
        return [*AGE_BANDS, ""]
    return list(Tie) if dimension is Dimension.TIE else [*Channel, ""]


def _moments(dimension: Dimension, period: PeriodForm) -> Sequence[str]:
    days = (min(period.last, clock.today()) - period.first).days + 1
    every = [(period.first + timedelta(days=n)).isoformat() for n in range(days)]
    if dimension is Dimension.MONTH:
        return list(dict.fromkeys(day[:7] for day in every))
    return every


def _running(dimension: Dimension, period: PeriodForm) -> str | None:
    if dimension not in _BY_TIME or not period.is_running:
        return None
    today = clock.today().isoformat()
    return today if dimension is Dimension.DAY else today[:7]


async def label_of(dimension: Dimension, holdings: Holdings) -> Labeller:
    if dimension is Dimension.SUBJECT:
        return lambda key: holdings.titles.get(key, key)
    if dimension is Dimension.CHANNEL:
        known = {each.value: str(text) for each, text in consultations_labels.CHANNELS.items()}
        return lambda key: known.get(key, key) or str(UNKNOWN[dimension])
    return await get_labeller(dimension)
