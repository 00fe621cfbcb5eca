"""The instants and texts of an imported conversation, where its files have none of their own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from enishi.landscape.polis_conversation import PolisConversation

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Timeline:
    """votes: in the order of the conversation's. statements, people: by id in the files.

    untimed: the number of votes whose files have no instants.
    """

    votes: list[datetime]
    statements: dict[int, datetime]
    people: dict[int, datetime]
    untimed: int

    @classmethod
    def of(cls, conversation: PolisConversation, now: datetime) -> "Timeline":
        """Votes without an instant get the latest of the conversation, or `now` if none is known.

        A statement without one gets that of the first vote on it. People join with their first act.
        """
        cast = conversation.votes
        written = {
            s.id: s.created_at for s in conversation.statements.values() if s.created_at is not None
        }
        times = [] if cast.times is None else cast.times.tolist()
        known = [_EPOCH + timedelta(milliseconds=each) for each in times]
        latest = max([*known, *written.values()], default=now)
        votes = known or [latest] * len(cast.values)
        first_vote: dict[int, datetime] = {}
        joined: dict[int, datetime] = {}
        columns = (cast.participants.tolist(), cast.statements.tolist(), votes)
        for person, statement, at in zip(*columns, strict=True):
            first_vote[statement] = min(first_vote.get(statement, at), at)
            joined[person] = min(joined.get(person, at), at)
        statements = {
            each: written.get(each) or first_vote.get(each, latest)
            for each in conversation.statements
        }
        for each in conversation.statements.values():
            if each.author is not None:
                at = statements[each.id]
                joined[each.author] = min(joined.get(each.author, at), at)
        people = {person: joined.get(person, latest) for person in conversation.people}
        return cls(votes, statements, people, 0 if known else len(votes))

    def span(self) -> tuple[datetime, datetime] | None:
        """The first instant, and the first one after the last; None if there is none."""
        instants = [*self.votes, *self.statements.values()]
        if not instants:
            return None
        return min(instants), max(instants) + timedelta(milliseconds=1)
