"""The filter of the list of programmes, as read from a query string."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self
from urllib.parse import urlencode

from pydantic import BeforeValidator, Field, model_validator

from enishi.kit.dates import Day
from enishi.kit.forms import Form, check
from enishi.kit.ids import SLUG_PATTERN
from enishi.kit.schema import Schema
from enishi.places import codes
from enishi.programmes.listings.errors import UnreadableFilterError
from enishi.programmes.listings.tables import ProgrammeKind

_CODE = r"^(\d{6})?$"
_MONTH = r"^(20\d{2}-(0[1-9]|1[0-2]))?$"
_THEME = rf"^$|{SLUG_PATTERN}"
_SWITCHES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
Cost = Literal["", "free", "3000", "10000", "30000"]
Season = Literal["", "spring", "summer", "autumn", "winter"]
Length = Literal["", "day", "half_day", "stay", "short_stay", "week", "long"]
Sort = Literal["", "new", "price"]
LARGEST_PARTY = 10
OLDEST_CHILD = 17
MOST_WORDS = 5
_ALWAYS = frozenset({"sort"})  # no condition: it leaves nothing out


def _read_switch(value: object) -> object:
    return _SWITCHES.get(value, value) if isinstance(value, str) else value


Switch = Annotated[bool, BeforeValidator(_read_switch)]


class ProgrammeFilter(Schema):
    """The conditions of a list of programmes. An empty value means *no condition*.

    The one table of filters: pages, feeds and the JSON API read them by `read_filter`, and the API
    describes its parameters by these fields.
    """

    prefecture: Annotated[str, Field(pattern=_CODE, description="Its 6-digit code.")] = ""
    municipality: Annotated[str, Field(pattern=_CODE, description="Its 6-digit code.")] = ""
    q: Annotated[str, Field(max_length=60, description="Words that its texts contain.")] = ""
    since: Annotated[Day | None, Field(description="A session touches this day or later.")] = None
    until: Annotated[Day | None, Field(description="A session touches this day or earlier.")] = None
    month: Annotated[str, Field(pattern=_MONTH, description="A session touches it: 2026-11.")] = ""
    season: Annotated[Season, Field(description="A session touches it; winter: 12 to 2.")] = ""
    weekend: Annotated[Switch, Field(description="All days are Saturday or Sunday.")] = False
    length: Annotated[
        Length, Field(description="half_day: 4 hours; short_stay: 1-2 nights; week: 3-6.")
    ] = ""
    kind: Annotated[ProgrammeKind | None, Field(description="Its kind.")] = None
    adults: Annotated[
        int | None, Field(ge=1, le=LARGEST_PARTY, description="In the party; 1 if not given.")
    ] = None
    child_count: Annotated[
        int | None, Field(ge=1, le=LARGEST_PARTY, description="In the party, under 18.")
    ] = None
    child_age: Annotated[
        int | None, Field(ge=0, le=OLDEST_CHILD, description="A child of this age may come.")
    ] = None
    cost: Annotated[Cost, Field(description="The most that the party pays, in yen.")] = ""
    theme: Annotated[str, Field(pattern=_THEME, description="The slug of a theme.")] = ""
    children: Annotated[Switch, Field(description="Children may come.")] = False
    wheelchair: Annotated[Switch, Field(description="It is accessible by wheelchair.")] = False
    places: Annotated[Switch, Field(description="With free places for the party now.")] = False
    sort: Annotated[Sort, Field(description="By the next start; new, or price for the party.")] = ""

    @model_validator(mode="after")
    def _municipality_of_the_prefecture(self) -> Self:
        """Drop a municipality outside the chosen prefecture, or derive the prefecture from it."""
        if self.municipality and self.prefecture:
            if codes.prefecture_code(self.municipality) != self.prefecture:
                return self.without("municipality")
        elif self.municipality:
            return self.model_copy(update={"prefecture": codes.prefecture_code(self.municipality)})
        return self

    @property
    def party(self) -> tuple[int, int]:
        """Adults and children; one adult where no party is given."""
        return self.adults or 1, self.child_count or 0

    @property
    def has_party(self) -> bool:
        return self.adults is not None or bool(self.child_count)

    @property
    def words(self) -> list[str]:
        """What is searched for; all of them must be found."""
        return self.q.split()[:MOST_WORDS]

    @property
    def names(self) -> list[str]:
        """The names of the conditions that are set. A municipality implies its prefecture."""
        set_names = [name for name in type(self).model_fields if self._is_set(name)]
        left_out = {*_ALWAYS, "prefecture"} if self.municipality else _ALWAYS
        return [name for name in set_names if name not in left_out]

    def _is_set(self, name: str) -> bool:
        return bool(getattr(self, name) != type(self).model_fields[name].default)

    def without(self, name: str) -> Self:
        return self.model_copy(update={name: type(self).model_fields[name].default})

    def having(self, name: str, value: object) -> Self:
        """With one more condition, or another value of it."""
        return type(self).model_validate(self.model_dump() | {name: value})

    def query(self, **more: str) -> str:
        """The query string with its question mark; empty if no condition is set."""
        conditions = {
            name: "yes" if (value := getattr(self, name)) is True else str(value)
            for name in type(self).model_fields
            if self._is_set(name)
        }
        encoded = urlencode({**conditions, **{name: text for name, text in more.items() if text}})
        return f"?{encoded}" if encoded else ""


def most_yen(cost: str) -> int:
    """The most that a party pays by an option of `cost`, in yen."""
    return 0 if cost == "free" else int(cost)


def pattern_of(name: str) -> str | None:
    """The pattern of a condition's texts in a query string, for the description of the API."""
    field = ProgrammeFilter.model_fields[name]
    if field.annotation is bool:
        return f"^({'|'.join(_SWITCHES)})?$"
    return next((each.pattern for each in field.metadata if hasattr(each, "pattern")), None)


def check_filter(sent: Iterable[tuple[str, str]]) -> Form[ProgrammeFilter]:
    """The filter of a query string, with a message at each value that cannot be read."""
    typed: dict[str, list[str]] = {}
    for name, value in sent:
        typed.setdefault(name, []).append(value)
    return check({name: values for name, values in typed.items() if values[0]}, ProgrammeFilter)


def read_filter(sent: Iterable[tuple[str, str]]) -> ProgrammeFilter:
    """The filter of a query string. Raises UnreadableFilterError for invalid values."""
    form = check_filter(sent)
    if form.value is None:
        raise UnreadableFilterError
    return form.value
