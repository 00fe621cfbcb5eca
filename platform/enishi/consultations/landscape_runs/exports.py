"""The tables of a run as CSV, and the Polis export set after the close.

The tables are made from the view that the pages have, so they say no more: a cell that may not be
shown is empty. Column names are for programs, the same in each language.
"""

from collections.abc import Iterable, Iterator, Sequence

from enishi.consultations.landscape_runs.kinds import Disclosure
from enishi.consultations.landscape_runs.schemas import LandscapeView, PanelRun, Share
from enishi.kit import clock
from enishi.kit.spreadsheets import line
from enishi.kit.workbooks import Sheet

Row = Sequence[object]


def group_rows(view: LandscapeView) -> Iterator[Row]:
    """A row for each group. Sizes are as exact as the page has them."""
    yield ("run", "group", "fifths", "percent", "tens", "people", "compared")
    for group in view.groups:
        yield (
            view.stamp.number,
            group.letter,
            group.fifths,
            group.percent,
            group.tens,
            group.members,
            int(group.is_compared),
        )


def share_rows(view: LandscapeView) -> Iterator[Row]:
    """A row for each statement and group: whole percent of its votes, empty for too few."""
    yield (
        *("run", "statement", "group", "agree_percent", "disagree_percent", "pass_percent"),
        *("sure", "votes", "text"),
    )
    for each in view.statements:
        for group, share in zip(view.groups, each.shares, strict=True):
            yield (
                view.stamp.number,
                each.statement.number,
                group.letter,
                *_figures(share),
                each.statement.text,
            )


def cell_rows(view: LandscapeView) -> Iterator[Row]:
    """A row for each cell of the map; at least five members of the group lie on it."""
    yield ("run", "group", "column", "row", "rows")
    for cell in view.map.cells if view.map else ():
        size = view.map.size if view.map else 0
        letter = view.groups[cell.group].letter
        yield (view.stamp.number, letter, cell.column, cell.row, size)


def run_rows(runs: list[PanelRun]) -> Iterator[Row]:
    """For the office: a row for each run and group, the newest first."""
    yield (
        *("run", "kind", "day", "groups", "best_groups", "silhouette", "group", "fifths"),
        "firm_percent",
    )
    for run in runs:
        day = clock.in_tokyo(run.published_at).date()
        silhouette = run.silhouettes.get(run.groups)
        told = None if silhouette is None else round(silhouette, 3)
        named = (run.number, run.kind, day, run.groups, run.best_groups, told)
        if not run.letters:
            yield (*named, None, None, None)
        for letter, fifths, firm in zip(run.letters, run.fifths, run.firm, strict=True):
            yield (*named, letter, fifths, firm)


def _figures(share: Share | None) -> tuple[int | None, ...]:
    if share is None:
        return (None,) * 5
    return (share.agree, share.disagree, share.passed, int(share.is_sure), share.seen)


def lines_of(rows: Iterable[Row]) -> Iterator[bytes]:
    """A table as CSV, UTF-8."""
    return (line(row).encode() for row in rows)


def sheets(
    view: LandscapeView, runs: list[PanelRun], source: str, *, is_sample: bool
) -> list[Sheet]:
    """All tables, for one workbook. source: the address of the public page of results."""
    return [
        Sheet("source", _source_rows(view, source, is_sample=is_sample)),
        Sheet("groups", group_rows(view)),
        Sheet("shares", share_rows(view)),
        Sheet("map", cell_rows(view)),
        Sheet("runs", run_rows(runs)),
    ]


def _source_rows(view: LandscapeView, source: str, *, is_sample: bool) -> Iterator[Row]:
    stamp = view.stamp
    yield ("name", "value")
    yield ("source", source)
    yield ("sample", int(is_sample))
    yield ("run", stamp.number)
    yield ("kind", stamp.kind)
    yield ("votes_until", clock.in_tokyo(stamp.votes_until).isoformat(timespec="seconds"))
    yield ("published_at", clock.in_tokyo(stamp.published_at).isoformat(timespec="seconds"))
    yield ("people", stamp.people)
    yield ("input_hash", stamp.input_hash)
    yield ("engine", stamp.engine)


def has_ballots(view: LandscapeView) -> bool:
    """Whether the export set of this run contains the ballots."""
    return view.disclosure is Disclosure.BALLOTS
