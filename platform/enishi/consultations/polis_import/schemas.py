"""A Polis conversation as its files describe it, and the counts of an import."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class PolisStatement:
    comment_id: str
    author_id: str
    text: str
    moderated: int  # -1 moderated out, 0 not looked at, 1 accepted
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
    # Every act of voting, in order of time; of a repeated one the last counts.
    votes: list[PolisVote]
    # People the files name, whether they voted or not.
    people: list[str] = field(default_factory=list)

    def last_votes(self) -> dict[tuple[str, str], PolisVote]:
        """The vote that counts, by (voter, comment)."""
        return {(vote.voter_id, vote.comment_id): vote for vote in self.votes}


@dataclass(frozen=True)
class ImportCounts:
    """Voters, statements, pairs of person and statement, and the last votes among them."""

    participants: int
    statements: int
    votes: int
    agrees: int
    disagrees: int
