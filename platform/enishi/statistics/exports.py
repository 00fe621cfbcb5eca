"""A published table as a file: CSV for offices, JSON for programs. Cells are bands."""

from typing import Any

from enishi.disclosure.bands import Band
from enishi.statistics.key_labels import get_labeller
from enishi.statistics.labels import DIMENSIONS
from enishi.statistics.metrics import BY_KEY, Dimension
from enishi.statistics.release_tables import BY_NAME
from enishi.statistics.schemas import Cell, Release, ReleaseTable


def dimension_of(table: ReleaseTable) -> Dimension | None:
    """None for the table of the whole site, and for one that releases no longer contain."""
    known = BY_NAME.get(table.name)
    return known.dimension if known else None


async def as_rows(table: ReleaseTable) -> tuple[list[str], list[list[str]]]:
    """Header and rows: code and label of the key, then a figure for each metric."""
    titles = [str(BY_KEY[key].title) for key in table.metrics]
    dimension = dimension_of(table)
    if dimension is None:
        return titles, [[_plain(cell) for cell in row.cells] for row in table.rows]
    label = await get_labeller(dimension)
    header = ["code", str(DIMENSIONS[dimension]), *titles]
    return header, [
        [row.key, label(row.key), *(_plain(cell) for cell in row.cells)] for row in table.rows
    ]


async def as_document(release: Release, table: ReleaseTable) -> dict[str, Any]:
    """The table with the definitions of its metrics.

    A figure is {"band": "10-49"} or, rounded to ten, {"count": 1230}.
    """
    dimension = dimension_of(table)
    label = await get_labeller(dimension) if dimension else str
    return {
        "table": table.name,
        "as_of": release.as_of.isoformat(),
        "until": (table.until or release.as_of).isoformat(),
        "made_at": release.made_at.isoformat(),
        "has_samples": table.has_samples,
        "metrics": [
            {
                "key": key,
                "title": str(BY_KEY[key].title),
                "definition": str(BY_KEY[key].definition),
                "unit": str(BY_KEY[key].unit).strip(),
            }
            for key in table.metrics
        ],
        "rows": [
            {
                "code": row.key,
                "name": label(row.key),
                "figures": {
                    key: _figure(cell) for key, cell in zip(table.metrics, row.cells, strict=True)
                },
            }
            for row in table.rows
        ],
    }


def _figure(cell: Cell) -> dict[str, str | int]:
    if cell.band is Band.ROUNDED:
        return {"count": cell.value}
    return {"band": _plain(cell)}


def _plain(cell: Cell) -> str:
    """In ASCII and without thousands separators, for programs."""
    return str(cell).replace("–", "-").replace(",", "")
