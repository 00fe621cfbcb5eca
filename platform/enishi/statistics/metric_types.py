"""What a metric is: what it counts, and what it can be broken down by."""

from dataclasses import dataclass
from enum import StrEnum

from enishi.kit.i18n import LazyText


class Dimension(StrEnum):
    """What a figure can be broken down by: one dimension at a time, never two."""

    MONTH = "month"
    DAY = "day"
    PREFECTURE = "prefecture"
    AGE_BAND = "age_band"
    THEME = "theme"
    PLACE = "place"
    PLACE_PREFECTURE = "place_prefecture"
    CHANNEL = "channel"
    SUBJECT = "subject"
    TIE = "tie"


@dataclass(frozen=True)
class Acts:
    """Acts of the kinds in `plus`, less those in `minus`: taken back, or counted elsewhere."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.plus + self.minus


class Amounts(Acts):
    """The sum of the amounts of the acts: votes, or persons of a party."""


class Persons(Acts):
    """Persons who did any of the acts, each counted once for a key."""


class Joined(Acts):
    """Persons whose first act under a subject, one of `plus`, lies in the period."""


class Returning(Acts):
    """Persons who did any of the acts and had joined before: of one day or month only."""


class JoinedAndDid(Acts):
    """Persons who joined in the period and did any of the acts by its end."""


class NetPersons(Acts):
    """Persons who did the acts more often than they took them back, once for a key."""


class OfSessions(Acts):
    """Told of sessions, from their own records: the sum of the acts of some days says neither."""


@dataclass(frozen=True)
class Metric:
    """`value` is what is counted, `unit` the text after the number."""

    key: str
    title: LazyText
    definition: LazyText
    unit: LazyText
    value: Amounts | Persons | Joined | Returning | JoinedAndDid | NetPersons | OfSessions
    dimensions: frozenset[Dimension]
