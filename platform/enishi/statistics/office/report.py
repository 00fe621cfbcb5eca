"""The figures of one organisation, in sections that follow what it has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from enishi.consultations.voting import results
from enishi.consultations.voting.schemas import StateCounts
from enishi.kit.charts import Chart
from enishi.kit.errors import NotFoundError
from enishi.statistics.errors import WithheldError
from enishi.statistics.metrics import (
    BY_KEY,
    FUNNEL,
    Dimension,
    Metric,
    get_metrics,
)
from enishi.statistics.office import charts, protected, sessions
from enishi.statistics.office.breakdowns import (
    ATTRIBUTES,
    BREAKDOWNS,
    PROGRAMME,
    TITLES,
    Breakdown,
    break_down,
)
from enishi.statistics.office.queries import Holdings
from enishi.statistics.office.schemas import Aspect, PeriodForm
from enishi.statistics.office.sessions import Sessions
from enishi.statistics.queries import figures
from enishi.statistics.session_metrics import ATTENDANCE_RATE

TILES = {
    Aspect.DIALOGUES: (
        "dialogue.joined",
        "dialogue.active",
        "dialogue.returning",
        "dialogue.votes",
        "dialogue.voices",
        "dialogue.seen",
    ),
    Aspect.PROGRAMMES: PROGRAMME,
    Aspect.REGISTRATIONS: ("relation.people", "relation.joined", "relation.left"),
}
# Told of one day or one calendar month only: over a longer time everybody comes back at last.
_OF_DAY_OR_MONTH = "dialogue.returning"


@dataclass(frozen=True)
class Part:
    """A breakdown as it is shown: drawn as a chart, else as a table with bars."""

    title: str
    breakdown: Breakdown
    chart: Chart | None = None


@dataclass(frozen=True)
class Section:
    aspect: Aspect
    title: str
    # A value is None where it cannot be said.
    tiles: Sequence[tuple[Metric, int | None]]
    course: Part
    attributes: Sequence[Part]
    # Why there is no breakdown by attributes, where there is none.
    withheld: str = ""
    funnel: Sequence[tuple[Metric, int]] = ()
    subjects: Part | None = None
    # What participants of the dialogues sent, over all time.
    contributions: StateCounts | None = None
    sessions: Sessions | None = None


async def make_sections(
    period: PeriodForm, holdings: Holdings, *, lists_people: bool
) -> list[Section]:
    """`lists_people`: whether the reader may open the lists of applicants."""
    return [
        await _make_section(aspect, period, holdings, lists_people=lists_people)
        for aspect in holdings.aspects(period.subject)
    ]


async def _make_section(
    aspect: Aspect, period: PeriodForm, holdings: Holdings, *, lists_people: bool
) -> Section:
    counted = await _count(aspect, period, holdings)
    parts: Sequence[Part] = ()
    withheld = ""
    if aspect is not Aspect.REGISTRATIONS:
        parts, withheld = await _attributes(aspect, period, holdings, lists_people=lists_people)
    tiles: list[tuple[Metric, int | None]]
    tiles = [(BY_KEY[key], counted[key]) for key in TILES[aspect] if key in counted]
    held = await sessions.find(period, holdings) if aspect is Aspect.PROGRAMMES else None
    if held:
        tiles.append((ATTENDANCE_RATE, held.rate))
    return Section(
        aspect,
        str(TITLES[aspect]),
        tiles,
        await _course(aspect, period, holdings),
        parts,
        withheld,
        [(BY_KEY[key], counted[key]) for key in FUNNEL] if aspect is Aspect.DIALOGUES else (),
        await _subjects(aspect, period, holdings),
        await _voices(period, holdings) if aspect is Aspect.DIALOGUES else None,
        held,
    )


async def _count(aspect: Aspect, period: PeriodForm, holdings: Holdings) -> dict[str, int]:
    """The tiles and the funnel; of registrations those that stand at the end of the last day."""
    wanted = (*TILES[aspect], *(FUNNEL if aspect is Aspect.DIALOGUES else ()))
    keys = [
        key for key in dict.fromkeys(wanted) if key != _OF_DAY_OR_MONTH or period.is_day_or_month
    ]
    scope = period.scope(aspect, holdings.organisation_id, holdings.place)
    values = await figures.count(get_metrics(*keys), scope)
    counted = dict(zip(keys, values, strict=True))
    if aspect is Aspect.REGISTRATIONS:
        [standing] = await figures.count(get_metrics("relation.people"), replace(scope, since=None))
        counted["relation.people"] = standing
    return counted


async def _course(aspect: Aspect, period: PeriodForm, holdings: Holdings) -> Part:
    breakdown = await break_down(f"{aspect}-course", period, holdings)
    chart = None if breakdown.is_empty else await charts.draw_course(breakdown, period)
    return Part(charts.title_of(breakdown), breakdown, chart)


async def _voices(period: PeriodForm, holdings: Holdings) -> StateCounts:
    chosen = [each.id for key, each in holdings.dialogues.items() if period.subject in ("", key)]
    return await results.count_voices(chosen)


async def _subjects(aspect: Aspect, period: PeriodForm, holdings: Holdings) -> Part | None:
    """None for registrations, which have no subjects, and where one subject is chosen."""
    if aspect is Aspect.REGISTRATIONS or period.subject:
        return None
    breakdown = await break_down(f"{aspect}-subjects", period, holdings)
    return Part(charts.title_of(breakdown), breakdown)


async def _attributes(
    aspect: Aspect, period: PeriodForm, holdings: Holdings, *, lists_people: bool
) -> tuple[list[Part], str]:
    """People by home, age and channel; or why they are not told."""
    parts = []
    try:
        for name, declared in BREAKDOWNS.items():
            if declared.aspect is aspect and declared.dimension in ATTRIBUTES:
                found = await find(name, period, holdings, lists_people=lists_people)
                parts.append(await _drawn(found, period))
    except WithheldError as withheld:
        return [], str(withheld)
    return parts, ""


async def find(
    name: str, period: PeriodForm, holdings: Holdings, *, lists_people: bool
) -> Breakdown:
    """A breakdown as this reader may see it.

    Raises WithheldError, and NotFoundError for a name that is not in BREAKDOWNS, and for
    registrations where the organisation has no place.
    """
    declared = BREAKDOWNS.get(name)
    if declared is None or (declared.aspect is Aspect.REGISTRATIONS and not holdings.place):
        raise NotFoundError
    is_listed = declared.aspect is Aspect.PROGRAMMES and lists_people
    if declared.dimension in ATTRIBUTES and not is_listed:
        return await protected.find(name, period, holdings)
    return await break_down(name, period, holdings)


async def _drawn(breakdown: Breakdown, period: PeriodForm) -> Part:
    chart = None
    is_map = breakdown.dimension is Dimension.PREFECTURE and not breakdown.is_protected
    if is_map and not breakdown.is_empty:
        chart = await charts.draw_map(breakdown, period)
    return Part(charts.title_of(breakdown), breakdown, chart)
