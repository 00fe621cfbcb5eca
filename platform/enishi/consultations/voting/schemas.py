"""Input and output types of statements and votes."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from enishi.consultations.core.kinds import HiddenReason, State
from enishi.consultations.core.translations import TranslatableText
from enishi.kit.pagination import encode_cursor
from enishi.kit.schema import Schema
from enishi.kit.text_validation import PlainText, length_up_to

STATEMENT_LIMIT = 140


class StatementForm(Schema):
    text: Annotated[PlainText, length_up_to(STATEMENT_LIMIT)]
    # Send it although similar statements were shown.
    anyway: bool = False


class StatementView(TranslatableText):
    id: uuid.UUID
    number: int
    created_at: datetime
    is_meta: bool = False
    # A participant wrote it here, and not the organiser: pages say so beside it.
    is_by_participant: bool


class VoteSums(Schema):
    """The votes on a statement as of a step."""

    agrees: int
    disagrees: int
    passes: int

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


class SharesApart(Schema):
    """Whole percentages of the votes of accounts and of guests on one statement, by choice."""

    accounts: dict[str, int]
    guests: dict[str, int]


class ChannelSums(Schema):
    """The votes of accounts and of guests on a statement, for its office."""

    number: int
    text: str
    accounts: VoteSums
    guests: VoteSums


class SetAside(Schema):
    """Guests that are left out: those that joined in [joined_from, joined_until)."""

    id: uuid.UUID
    joined_from: datetime
    joined_until: datetime
    guests: int

    @property
    def tens(self) -> int:
        """Their number, cut to tens."""
        return self.guests // 10 * 10


class VoteStep(Schema):
    """A published step of a consultation's totals."""

    number: int
    taken_at: datetime


class CountedStatement(StatementView):
    """A statement with its sums as of a step; None before the first step that counts it.

    `apart` are the shares of accounts and guests where these may be shown.
    """

    sums: VoteSums | None
    apart: SharesApart | None


class OwnStatement(StatementView):
    state: State
    hidden_reason: HiddenReason | None


class StoredText(TranslatableText):
    """A statement's text with its translations."""

    id: uuid.UUID


class SimilarStatement(TranslatableText):
    """A public statement that is similar to a new one, in any of its languages.

    `similarity` is 0 to 1.
    """

    id: uuid.UUID
    number: int
    similarity: float

    @property
    def cursor(self) -> str:
        """The cursor of the list's page that begins with this statement."""
        return encode_cursor((self.number - 1,))


@dataclass(frozen=True)
class SubmittedStatement:
    """A statement that was inserted just now."""

    statement_id: uuid.UUID
    number: int
    state: State


@dataclass(frozen=True)
class PublicIds:
    """The public statements of a consultation, in order of their numbers and as a set.

    few_votes: those that get votes before priorities decide. cumulative: sums of the weights by
    which the next one is drawn, in the order of the numbers.
    """

    by_number: tuple[uuid.UUID, ...]
    members: frozenset[uuid.UUID]
    few_votes: tuple[uuid.UUID, ...]
    cumulative: tuple[float, ...]


@dataclass(frozen=True)
class StateCounts:
    """How many statements or opinions a consultation received, by what became of them."""

    accepted: int = 0
    pending: int = 0
    hidden: int = 0
    withdrawn: int = 0

    @property
    def received(self) -> int:
        return self.accepted + self.pending + self.hidden + self.withdrawn


@dataclass(frozen=True)
class Totals:
    """The totals of a consultation, the same whether it is a draft, public or withdrawn.

    `votes` is the sum of the public statements as of `step`; both are None before the first step.
    """

    statements: StateCounts
    votes: int | None
    step: VoteStep | None
    opinions: StateCounts


@dataclass(frozen=True)
class VotingProgress:
    """Of `total` public statements a participant voted on `voted`; `next_card` is one of the rest.

    `next_card` is None when no statement is left.
    """

    total: int
    voted: int
    next_card: StatementView | None


class VoteIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON body of a vote: 1 agree, -1 disagree, 0 pass."""

    vote: Literal[-1, 0, 1]
