"""The public files of a consultation: its statements with their sums, and the newest run."""

from collections.abc import AsyncIterator, Callable, Iterator

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream

from enishi.accounts.access import PUBLIC
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.access import require_cards
from enishi.consultations.landscape_runs import exports as run_exports
from enishi.consultations.landscape_runs import polis_set
from enishi.consultations.landscape_runs import queries as runs
from enishi.consultations.landscape_runs.schemas import LandscapeView
from enishi.consultations.voting import exports
from enishi.kit import links
from enishi.kit.errors import NotFoundError
from enishi.kit.spreadsheets import MEDIA_TYPE, Layout, Row


def _file(
    content: Iterator[bytes] | AsyncIterator[bytes], name: str, media_type: str = MEDIA_TYPE
) -> Stream:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "public, max-age=60",
    }
    return Stream(content, media_type=media_type, headers=headers)


@get("/dialogues/{slug:str}/statements.csv", name="dialogues:statements-file", access=PUBLIC)
async def statements_file(slug: FromPath[str]) -> Stream:
    consultation = await consultations.get_public(slug)
    require_cards(consultation)
    return _file(exports.statement_lines(consultation.id), f"{slug}-statements.csv")


_TABLES: dict[str, tuple[Layout, Callable[[LandscapeView], Iterator[Row]]]] = {
    "groups.csv": (run_exports.GROUPS, run_exports.group_rows),
    "shares.csv": (run_exports.SHARES, run_exports.share_rows),
    "map.csv": (run_exports.CELLS, run_exports.cell_rows),
}


@get("/dialogues/{slug:str}/results/{table:str}", name="dialogues:result-file", access=PUBLIC)
async def result_file(slug: FromPath[str], table: FromPath[str]) -> Stream:
    """A table of the newest run: groups, shares or the map. 404 before the first run."""
    consultation = await consultations.get_public(slug)
    view = await runs.find_view(consultation) if table in _TABLES else None
    if view is None:
        raise NotFoundError
    layout, rows = _TABLES[table]
    return _file(layout.lines(rows(view)), f"{slug}-{table}")


@get("/dialogues/{slug:str}/ballots.zip", name="dialogues:ballots-file", access=PUBLIC)
async def ballots_file(slug: FromPath[str]) -> Stream:
    """The Polis export set with all ballots; 404 where they were not promised, or not yet."""
    consultation = await consultations.get_public(slug)
    address = links.absolute("dialogues:show", slug=slug)
    final = await runs.find_final(consultation, address)
    if final is None or not run_exports.has_ballots(final.view):
        raise NotFoundError
    return _file(polis_set.archive_of(final), f"{slug}-ballots.zip", "application/zip")


HANDLERS = [statements_file, result_file, ballots_file]
