"""What live pages show of the people in cells of releases: the gate reads both together.

`docs/live-figures.md` is the list of every number of people in public that is no released one. Each
of its rules stands here too: read by a source, or with the reason why it narrows no cell.
"""

import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from enishi.consultations.core.schemas import ShownPeople
from enishi.consultations.landscape_runs import queries as runs
from enishi.consultations.voting import results
from enishi.statistics.cube_dimensions import PLACE_OR_NONE, UNKNOWN
from enishi.statistics.cubes import BY_NAME
from enishi.statistics.gate import UNBOUNDED, Outlets

_NATION, _PLACE, _SUBJECT = (
    BY_NAME[name] for name in ("part.nation", "part.place", "part.subject")
)


@dataclass(frozen=True)
class LiveSource:
    """`read` gives, by day, the bounds of cells up to the end of that day; `rules` are the list's.

    A day without any may be missing.
    """

    rules: tuple[str, ...]
    read: Callable[[Sequence[date]], Awaitable[Mapping[date, Outlets]]]


async def _read_dialogues(days: Sequence[date]) -> dict[date, Outlets]:
    """Whoever voted takes part: at least so many people are in the cells of the dialogue.

    A page of results that is newer than the day says nothing certain about it, and one whose
    figures are not kept any more is not read: the runs are kept for ever. Themes of a dialogue
    change, and its participants stay in those in which they came, so it bounds no cell of a theme.
    """
    shown: dict[tuple[date, uuid.UUID], ShownPeople] = {}
    for each in (*await results.list_shown_voters(days), *await runs.list_shown_voters(days)):
        at = (each.day, each.consultation_id)
        if at not in shown or shown[at].least < each.least:
            shown[at] = each
    least: defaultdict[date, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for each in shown.values():
        for name in (
            *_NATION.cell_names([()]),
            *_PLACE.cell_names([(PLACE_OR_NONE.key_of(each.place_code) or UNKNOWN,)]),
            *_SUBJECT.cell_names([(str(each.consultation_id),)]),
        ):
            least[each.day][name] += each.least
    return {
        day: {name: (people, UNBOUNDED) for name, people in of_day.items()}
        for day, of_day in least.items()
    }


SOURCES = (LiveSource(("step", "run"), _read_dialogues),)
NOT_READ = {
    "share": "percentages of those whom a step counts already",
    "cut at ten": "who wants to come has to know; the reader's note says so",
    "content": "texts and settings, and no people",
    "released": "the gate reads releases themselves",
    "views": "readings, by nobody who is known",
}


async def read(days: Sequence[date]) -> dict[date, Outlets]:
    """By day, what all sources together show of cells: the narrower bound of each."""
    found: defaultdict[date, dict[str, tuple[int, int]]] = defaultdict(dict)
    for source in SOURCES:
        for day, outlets in (await source.read(days)).items():
            for name, (least, most) in outlets.items():
                known_least, known_most = found[day].get(name, (least, most))
                found[day][name] = (max(least, known_least), min(most, known_most))
    return dict(found)
