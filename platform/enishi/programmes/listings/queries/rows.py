"""The columns of a programme, and rows read into models."""

from typing import Any

from enishi.kit import db
from enishi.programmes.listings.schemas import ProgrammeView

PROGRAMME_COLUMNS = tuple(ProgrammeView.model_fields)
PROGRAMME = f"SELECT {', '.join(PROGRAMME_COLUMNS)} FROM programmes_programme p"  # noqa: S608 (constants)
_DOCUMENTS = ("title", "summary", "body", "story", "conditions", "money", "access", "contact")


def read_programme(row: dict[str, Any]) -> ProgrammeView:
    return ProgrammeView.model_validate(read_row(row, *_DOCUMENTS))


def read_row(row: dict[str, Any], *documents: str) -> dict[str, Any]:
    """The row with its JSON columns parsed; {} for NULL."""
    return row | {name: db.document(row[name]) or {} for name in documents}
