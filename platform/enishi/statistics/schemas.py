"""What the statistics domain gives out."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from enishi.disclosure.bands import LOWEST, Band, label
from enishi.kit.schema import Schema


@dataclass(frozen=True)
class Scope:
    """Which facts are counted: until a day (the last one that counts), and narrower if told."""

    until: date
    since: date | None = None
    organisation_id: uuid.UUID | None = None
    subject_kind: str | None = None
    subject_id: str | None = None


class Drift(Schema):
    """How far the stored facts of a source were from a recount, in facts."""

    source: str
    missing: int
    surplus: int


class Cell(Schema):
    """A figure as it was published: its band, and the rounded count where it has one, else -1."""

    band: Band
    value: int

    @property
    def lowest(self) -> int:
        """The smallest count that the cell may stand for: what a drawing shows."""
        return LOWEST.get(self.band, max(self.value, 0))

    def __str__(self) -> str:
        return label(self.band, self.value)


class ReleaseRow(Schema):
    """`key` is what the table is broken down by: a month, a code of a place, a theme's slug."""

    key: str
    cells: tuple[Cell, ...]


class ReleaseTable(Schema):
    """A published table: a cell for each metric in each row."""

    name: str
    has_samples: bool
    metrics: tuple[str, ...]
    rows: tuple[ReleaseRow, ...]

    def column(self, metric: str) -> list[tuple[str, Cell]]:
        at = self.metrics.index(metric)
        return [(row.key, row.cells[at]) for row in self.rows]


class RegisteredPeople(Schema):
    """The bands of people tied to prefectures (two digits) and municipalities, of one release."""

    as_of: date
    bands: dict[str, str]

    def band(self, code: str) -> str:
        """Of a municipality, by its code; nobody is tied to what is not listed."""
        return self.bands.get(code, "0")

    def prefecture_band(self, code: str) -> str:
        return self.bands.get(code[:2], "0")


class Release(Schema):
    """What was published of a day: everything that had happened by its end."""

    as_of: date
    made_at: datetime
    tables: dict[str, ReleaseTable]

    @property
    def has_samples(self) -> bool:
        """Whether invented dialogues or programmes were among what was counted."""
        return any(table.has_samples for table in self.tables.values())
