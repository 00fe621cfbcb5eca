"""The filter of the list of programmes, as read from a query string."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self
from urllib.parse import urlencode

from pydantic import BeforeValidator, Field, model_validator

from enishi.kit.forms import check
from enishi.kit.ids import SLUG_PATTERN
from enishi.kit.schema import Schema
from enishi.places import codes
from enishi.programmes.listings.errors import UnreadableFilterError
from enishi.programmes.listings.tables import ProgrammeKind

_CODE = r"^(\d{6})?$"
_MONTH = r"^(20\d{2}-(0[1-9]|1[0-2]))?$"
_THEME = rf"^$|{SLUG_PATTERN}"
_SWITCHES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
Cost = Literal["", "free", "3000", "10000"]


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
    month: Annotated[str, Field(pattern=_MONTH, description="Of a session: 2026-11.")] = ""
    kind: Annotated[ProgrammeKind | None, Field(description="Its kind.")] = None
    cost: Annotated[Cost, Field(description="The most that an adult pays, in yen.")] = ""
    theme: Annotated[str, Field(pattern=_THEME, description="The slug of a theme.")] = ""
    children: Annotated[Switch, Field(description="Children may come.")] = False
    wheelchair: Annotated[Switch, Field(description="It is accessible by wheelchair.")] = False
    places: Annotated[Switch, Field(description="With free places now.")] = False

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
    def most_yen(self) -> int | None:
        """The highest adult fee, in yen. None means *no limit*."""
        if not self.cost:
            return None
        return 0 if self.cost == "free" else int(self.cost)

    @property
    def names(self) -> list[str]:
        """The names of the conditions that are set. A municipality implies its prefecture."""
        set_names = [name for name in type(self).model_fields if getattr(self, name)]
        return [name for name in set_names if name != "prefecture" or not self.municipality]

    def without(self, name: str) -> Self:
        return self.model_copy(update={name: type(self).model_fields[name].default})

    def query(self, **more: str) -> str:
        """The query string with its question mark; empty if no condition is set."""
        conditions = {
            name: "yes" if value is True else str(value)
            for name in type(self).model_fields
            if (value := getattr(self, name))
        }
        encoded = urlencode({**conditions, **{name: text for name, text in more.items() if text}})
        return f"?{encoded}" if encoded else ""


def pattern_of(name: str) -> str | None:
    """The pattern of a condition's texts in a query string, for the description of the API."""
    field = ProgrammeFilter.model_fields[name]
    if field.annotation is bool:
        return f"^({'|'.join(_SWITCHES)})?$"
    return next((each.pattern for each in field.metadata if hasattr(each, "pattern")), None)


def read_filter(sent: Iterable[tuple[str, str]]) -> ProgrammeFilter:
    """The filter of a query string. Raises UnreadableFilterError for invalid values."""
    typed: dict[str, list[str]] = {}
    for name, value in sent:
        typed.setdefault(name, []).append(value)
    form = check({name: values for name, values in typed.items() if values[0]}, ProgrammeFilter)
    if form.value is None:
        raise UnreadableFilterError
    return form.value
