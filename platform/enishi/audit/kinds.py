"""Who acted, where an entry names no account."""

from enum import StrEnum


class ActorKind(StrEnum):
    """`PARTICIPANT` is deliberately no account: an entry must not link one to a participant."""

    PARTICIPANT = "participant"
    GUARDIAN = "guardian"
    JOB = "job"
    OPERATOR = "operator"
