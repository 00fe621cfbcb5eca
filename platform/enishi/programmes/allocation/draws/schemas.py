"""A draw as pages read it, and the forms of its officials."""

import uuid
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from enishi.kit.i18n import gettext_lazy
from enishi.kit.schema import Schema
from enishi.programmes.allocation.draws.outcome import Official
from enishi.programmes.allocation.draws.rule import OFFICIALS, Rule
from enishi.programmes.allocation.draws.tables import DrawState


class CommitForm(Schema):
    """A number, of which only the commitment is kept; or a commitment that was made elsewhere.

    `place` (1 or 2) is the one that the page showed, because the commitment is made for it; a form
    without one is refused as one that came too late.
    """

    post: Annotated[str, Field(min_length=1, max_length=80)]
    place: Annotated[int, Field(ge=0, le=OFFICIALS)] = 0
    number: Annotated[str, Field(max_length=128, pattern=r"^([0-9A-Za-z]{16,128})?$")] = ""
    commitment: Annotated[str, Field(max_length=64, pattern=r"^([0-9a-f]{64})?$")] = ""

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if not self.number and not self.commitment:
            raise ValueError(gettext_lazy("番号か、番号のハッシュ値を入れてください。"))
        return self


class RevealForm(Schema):
    number: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[0-9A-Za-z]+$")]


class OfficialView(Schema):
    """What is public of an official of a draw."""

    place: int
    post: str
    commitment: str
    committed_at: datetime
    number: str | None
    revealed_at: datetime | None


class DrawView(Schema):
    """A draw with its officials, in their order. Empty hashes are not there yet."""

    id: uuid.UUID
    session_id: uuid.UUID
    organisation_id: uuid.UUID
    state: DrawState
    rule: str
    rule_hash: str
    closes_at: datetime
    reveal_until: datetime
    entries_hash: str
    closed_at: datetime | None
    seed: str
    drawn_at: datetime | None
    officials: tuple[OfficialView, ...] = ()

    @property
    def read_rule(self) -> Rule:
        return Rule.model_validate_json(self.rule)

    @property
    def next_place(self) -> int | None:
        """The place of the next official who commits. None once both have."""
        return len(self.officials) + 1 if len(self.officials) < OFFICIALS else None

    @property
    def is_revealed(self) -> bool:
        return self.next_place is None and all(each.number for each in self.officials)

    def as_counted(self) -> tuple[Official, Official]:
        """The two officials as the computation takes them; an empty one where none is."""
        found = {each.place: Official(each.commitment, each.number) for each in self.officials}
        return found.get(1, Official()), found.get(2, Official())


class RankRow(Schema):
    """One line of the published ranks."""

    rank: int
    entry_id: str
    placed: bool


class OwnEntry(Schema):
    """The entry of one's own application. `line` counts from 2, as in the file; None before."""

    draw_id: uuid.UUID
    session_id: uuid.UUID
    state: DrawState
    salt: str
    entry_id: str
    party_size: int
    weight: int
    stratum: str
    rank: int | None
    placed: bool | None
    line: int | None
    reveal_until: datetime
