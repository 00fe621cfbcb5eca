"""What voting takes in and gives out."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from enishi.consultations.core.kinds import Channel, HiddenReason, State
from enishi.consultations.core.text_validation import PlainText, counted
from enishi.consultations.core.translations import Said
from enishi.kit.pagination import encode_cursor
from enishi.kit.schema import Schema

STATEMENT_LIMIT = 140


class StatementForm(Schema):
    text: Annotated[PlainText, counted(STATEMENT_LIMIT)]
    # The look-alikes were shown, and it is to be sent all the same.
    anyway: bool = False


class StatementView(Said):
    id: uuid.UUID
    number: int
    agrees: int
    disagrees: int
    passes: int
    created_at: datetime

    @property
    def votes(self) -> int:
        return self.agrees + self.disagrees + self.passes

    def percentages(self) -> dict[str, int]:
        """Whole percentages that add up to 100 (largest remainder); empty without votes."""
        if not self.votes:
            return {}
        counts = {"agrees": self.agrees, "disagrees": self.disagrees, "passes": self.passes}
        shares = {name: count * 100 / self.votes for name, count in counts.items()}
        whole = {name: int(share) for name, share in shares.items()}
        missing = 100 - sum(whole.values())
        for name in sorted(shares, key=lambda name: whole[name] - shares[name])[:missing]:
            whole[name] += 1
        return whole


class OwnStatement(StatementView):
    state: State
    hidden_reason: HiddenReason | None


class LikeStatement(Schema):
    """A statement that says nearly the same; `likeness` is 0 … 1."""

    id: uuid.UUID
    number: int
    text: str
    likeness: float

    @property
    def cursor(self) -> str:
        """The page of the list that begins with it."""
        return encode_cursor((self.number - 1,))


@dataclass(frozen=True)
class SubmittedStatement:
    statement_id: uuid.UUID
    number: int
    state: State


@dataclass(frozen=True)
class PublicIds:
    """The public statements of a consultation, in order of their numbers and as a set."""

    by_number: tuple[uuid.UUID, ...]
    members: frozenset[uuid.UUID]


@dataclass(frozen=True)
class Totals:
    """How much was said in a dialogue so far. Guests and imports are counted apart."""

    statements: int
    votes: int
    opinions: int
    participants: dict[Channel, int]


@dataclass(frozen=True)
class Deck:
    """One person's place among the statements: what is voted, what comes next."""

    total: int
    voted: int
    card: StatementView | None


class VoteIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a vote: 1 agree, -1 disagree, 0 pass."""

    vote: Literal[-1, 0, 1]
