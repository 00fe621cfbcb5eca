"""The counts of an import."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ImportCounts:
    """What was inserted.

    `participants`: all people in the files, as pages count them; `voters`: those of them who voted.
    `votes`: one for each person and statement, the last; `agrees`, `disagrees`: of these.
    `votes_without_time`: votes of files that have no instants; they got the import's latest one.
    """

    participants: int
    voters: int
    statements: int
    votes: int
    agrees: int
    disagrees: int
    votes_without_time: int = 0
