"""The filter of the list of programmes, as read from a query string."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self
from urllib.parse import urlencode

from pydantic import Field, model_validator

from enishi.kit.forms import check
from enishi.kit.ids import SLUG_PATTERN
from enishi.kit.schema import Schema
from enishi.places import codes
from enishi.programmes.listings.errors import UnreadableFilterError
from enishi.programmes.listings.tables import ProgrammeKind

# Patterns of the query parameters, shared by the site and the JSON API.
CODE = r"^(\d{6})?$"
MONTH = r"^(20\d{2}-(0[1-9]|1[0-2]))?$"
THEME = rf"^$|{SLUG_PATTERN}"
Cost = Literal["", "free", "3000", "10000"]


class ProgrammeFilter(Schema):
    """The conditions of a list of programmes. An empty value means *no condition*."""

    prefecture: Annotated[str, Field(pattern=CODE)] = ""
    municipality: Annotated[str, Field(pattern=CODE)] = ""
    month: Annotated[str, Field(pattern=MONTH)] = ""
    kind: ProgrammeKind | None = None
    cost: Cost = ""
    theme: Annotated[str, Field(pattern=THEME)] = ""
    children: bool = False
    wheelchair: bool = False
    places: bool = False

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


def read_filter(sent: Iterable[tuple[str, str]]) -> ProgrammeFilter:
    """The filter of a query string. Raises UnreadableFilterError for invalid values."""
    typed: dict[str, list[str]] = {}
    for name, value in sent:
        typed.setdefault(name, []).append(value)
    form = check({name: values for name, values in typed.items() if values[0]}, ProgrammeFilter)
    if form.value is None:
        raise UnreadableFilterError
    return form.value
