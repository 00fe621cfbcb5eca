"""What the statistics domain takes in and gives out."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from enishi.disclosure.bands import LOWEST, Band, label
from enishi.kit.schema import Schema
from enishi.statistics.labels import shown_about


@dataclass(frozen=True)
class Scope:
    """Which facts are counted: up to and including a day, and narrower where a field is given."""

    until: date
    since: date | None = None
    organisation_id: uuid.UUID | None = None
    subject_kind: str | None = None
    subject_id: str | None = None
    # Of registrations: the code of a municipality, or the two digits of a prefecture.
    place: str | None = None

    @property
    def is_within_a_month(self) -> bool:
        """Whether its days are of one calendar month."""
        since = self.since
        return since is not None and since.replace(day=1) == self.until.replace(day=1)


class Drift(Schema):
    """The stored facts of a source that differed from a recount (of a rollup: its rows)."""

    source: str
    missing: int
    surplus: int


class Cell(Schema):
    """A published figure: its band, and the rounded count where the band has one, else -1."""

    band: Band
    value: int

    @property
    def lowest(self) -> int:
        """The smallest count that the cell can stand for: what a chart shows."""
        return LOWEST.get(self.band, max(self.value, 0))

    def __str__(self) -> str:
        return label(self.band, self.value)


class ReleaseRow(Schema):
    """`key` is a value of the table's dimension: a month, the code of a place, a theme's slug."""

    key: str
    cells: tuple[Cell, ...]


class ReleaseTable(Schema):
    """A published table: a cell for each metric in each row."""

    name: str
    has_samples: bool
    # The last day that is counted, where it is not the release's own.
    until: date | None = None
    metrics: tuple[str, ...]
    rows: tuple[ReleaseRow, ...]

    def column(self, metric: str) -> list[tuple[str, Cell]]:
        at = self.metrics.index(metric)
        return [(row.key, row.cells[at]) for row in self.rows]


class RegisteredPeople(Schema):
    """People registered with prefectures (two digits) and municipalities, as released.

    A number is None below `small`; a person counts once in each municipality.
    """

    as_of: date
    small: int
    numbers: dict[str, int | None]

    def text(self, code: str) -> str:
        """Of a municipality, by its code; of a ward or an abolished place, as of few people."""
        return shown_about(self.numbers.get(code), self.small)

    def prefecture_text(self, code: str) -> str:
        return self.text(code[:2])


class Release(Schema):
    """The tables published for a day: all acts up to its end."""

    as_of: date
    made_at: datetime
    tables: dict[str, ReleaseTable]

    @property
    def has_samples(self) -> bool:
        """Whether sample dialogues or programmes were public when it was made."""
        return any(table.has_samples for table in self.tables.values())


class CubeRow(Schema):
    """A cell of a release: its key, a value for each dimension, and what is printed of it.

    `value` is None where it is below the cube's `small`, zero included. `releases`: of a dialogue,
    in how many releases it was drawn.
    """

    key: tuple[str, ...]
    value: int | None
    releases: int | None = None


class Gate(Schema):
    """What the audit of a release found: cells, linear programs, and the narrowest interval."""

    cells: int
    lps: int
    least_width: int


class Audited(Schema):
    """A stored release after another run of the gate; `gate` is None where it does not pass."""

    cube: str
    label: str
    gate: Gate | None
    reason: str = ""


class CubeRelease(Schema):
    """A cube as published for a period, with all of its declared keys in their order."""

    cube: str
    period: int
    label: str
    until: date
    begins: date
    method: str
    key_id: str
    sigma: float
    small: int
    rows: tuple[CubeRow, ...]
    gate: Gate
    has_samples: bool
    made_at: datetime

    def by_key(self) -> dict[tuple[str, ...], int | None]:
        return {row.key: row.value for row in self.rows}
