"""A Polis conversation as its files describe it, and the counts of an import."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class PolisStatement:
    comment_id: str
    author_id: str
    text: str
    moderated: int  # -1 hidden, 0 not moderated, 1 accepted
    created_at: datetime


@dataclass(frozen=True)
class PolisVote:
    comment_id: str
    voter_id: str
    value: int
    cast_at: datetime
    line: int


@dataclass(frozen=True)
class Conversation:
    title: str
    description: str
    statements: list[PolisStatement]
    # All votes in order of time; of several by one person on one statement the last counts.
    votes: list[PolisVote]
    # Ids of all people in the files: voters and authors.
    people: list[str] = field(default_factory=list)

    def last_votes(self) -> dict[tuple[str, str], PolisVote]:
        """The vote that counts, by (voter, comment)."""
        return {(vote.voter_id, vote.comment_id): vote for vote in self.votes}


@dataclass(frozen=True)
class ImportCounts:
    """`participants`: people who voted; `votes`: one for each person and statement, the last."""

    participants: int
    statements: int
    votes: int
    agrees: int
    disagrees: int
