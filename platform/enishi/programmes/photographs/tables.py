"""The table of photographs."""

from enum import StrEnum

from piccolo.columns import JSONB, UUID, ForeignKey, SmallInt, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Check
from piccolo.table import Table

from enishi.programmes.listings.tables import Programme


class Rights(StrEnum):
    """By which right the office may publish a photograph."""

    OWN = "own"
    PERMITTED = "permitted"
    FREE_LICENCE = "free_licence"


class People(StrEnum):
    """Whether people can be recognised on it, and have agreed."""

    NOBODY = "nobody"
    CONSENTED = "consented"


class Photograph(Table, tablename="programmes_photograph"):
    """A photograph of a programme. Its files are in the file store, in `renditions`."""

    id = UUID(primary_key=True)
    programme_id = ForeignKey(Programme, on_delete=OnDelete.restrict, null=False)
    # From 1 on; unique in a programme, so there are never more than the check allows.
    position = SmallInt()
    alt = JSONB()
    credit = Text(default="")
    rights = Varchar(length=20, choices=Rights)
    people = Varchar(length=20, choices=People)
    renditions = JSONB()
    created_at = Timestamptz()

    programmes_photograph_position_limit = Check("position BETWEEN 1 AND 12")
