"""Forms that mark who came to a session."""

from typing import Annotated, Literal

from pydantic import Field

from enishi.kit.schema import Schema
from enishi.programmes.applications.schemas import LARGEST_PARTY, Mark

_MARKS = {"attended": Mark.ATTENDED, "absent": Mark.ABSENT, "none": Mark.NONE}


class MarkForm(Schema):
    """The same mark for all persons who have none."""

    state: Literal["attended", "absent"]

    @property
    def mark(self) -> Mark:
        return _MARKS[self.state]


class PartyMarkForm(Schema):
    """The marks of one party: `state` for all of it, or one for each person in their order."""

    state: Literal["attended", "absent", "none"] | None = None
    persons: Annotated[
        list[Literal["attended", "absent", "none"]], Field(max_length=LARGEST_PARTY)
    ] = Field(default=[])

    @property
    def marks(self) -> Mark | list[Mark]:
        return _MARKS[self.state] if self.state else [_MARKS[each] for each in self.persons]
