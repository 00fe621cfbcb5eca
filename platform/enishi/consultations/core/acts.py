"""What may be done with a consultation: one table of kind, stage, role and act.

Pages, services and the API ask here, through `policies`. What depends on one consultation only
(guests allowed, the earliest day of its close) is checked beside the table, never instead of it.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from enishi.accounts.schemas import Role
from enishi.consultations.core.kinds import Kind, PhaseKind
from enishi.consultations.core.schemas import ConsultationRef
from enishi.organisations.schemas import OrganisationKind


class Stage(StrEnum):
    """A phase of a public consultation, or a state in which it has none."""

    DRAFT = "draft"
    PREPARATION = "preparation"
    OPEN = "open"
    CLOSED = "closed"
    RESULT = "result"
    WITHDRAWN = "withdrawn"


class Who(StrEnum):
    """Whoever acts: anybody, or a member of the consultation's organisation by role."""

    GUEST = "guest"
    ACCOUNT = "account"
    ANALYST = "analyst"
    MODERATOR = "moderator"
    EDITOR = "editor"
    OWNER = "owner"


class Act(StrEnum):
    VOTE = "vote"
    WRITE_STATEMENT = "write_statement"
    WRITE_OPINION = "write_opinion"
    ENTER_PAPER = "enter_paper"
    MODERATE = "moderate"
    EDIT = "edit"
    ADD_SEEDS = "add_seeds"
    PUBLISH = "publish"
    DELETE = "delete"
    OPEN = "open"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    PLAN = "plan"
    RECORD = "record"


_EVERYBODY = frozenset(Who)
_EDITORS = frozenset({Who.EDITOR, Who.OWNER})
_MODERATORS = frozenset({Who.MODERATOR, Who.OWNER})
_BEFORE_CLOSE = frozenset({Stage.DRAFT, Stage.PREPARATION, Stage.OPEN})
_BEFORE_RESULT = frozenset({Stage.PREPARATION, Stage.OPEN, Stage.CLOSED})
_NOT_WITHDRAWN = frozenset(Stage) - {Stage.WITHDRAWN}

# Act -> (the stages in which it is possible, who may do it).
_TABLE: Mapping[Act, tuple[frozenset[Stage], frozenset[Who]]] = {
    Act.VOTE: (frozenset({Stage.OPEN}), _EVERYBODY),
    Act.WRITE_STATEMENT: (frozenset({Stage.OPEN}), _EVERYBODY),
    Act.WRITE_OPINION: (frozenset({Stage.OPEN}), _EVERYBODY),
    # Its day of arrival decides whether it was in time, so it may be entered after the close.
    Act.ENTER_PAPER: (frozenset({Stage.OPEN, Stage.CLOSED}), _EDITORS | _MODERATORS),
    Act.MODERATE: (frozenset(Stage), _MODERATORS),
    Act.EDIT: (_NOT_WITHDRAWN, _EDITORS),
    Act.ADD_SEEDS: (_BEFORE_CLOSE, _EDITORS),
    Act.PUBLISH: (frozenset({Stage.DRAFT}), _EDITORS),
    Act.DELETE: (frozenset({Stage.DRAFT}), _EDITORS),
    Act.OPEN: (frozenset({Stage.PREPARATION}), _EDITORS),
    Act.CLOSE: (frozenset({Stage.OPEN}), _EDITORS),
    Act.REOPEN: (frozenset({Stage.CLOSED}), _EDITORS),
    Act.WITHDRAW: (_BEFORE_RESULT, _EDITORS),
    # The days of the steps after the call, and that a step is done.
    Act.PLAN: (_NOT_WITHDRAWN, _EDITORS),
    Act.RECORD: (frozenset({Stage.CLOSED, Stage.RESULT}), _EDITORS),
}

# In a public comment the content of an opinion counts and not how many agree: it has no votes.
_WITH_CARDS = frozenset({Act.VOTE, Act.WRITE_STATEMENT, Act.ADD_SEEDS})
_MISSING: Mapping[Kind, frozenset[Act]] = {
    Kind.DIALOGUE: frozenset(),
    Kind.PUBLIC_COMMENT_ACT: _WITH_CARDS,
    Kind.PUBLIC_COMMENT_ORDINANCE: _WITH_CARDS,
    Kind.IDEA_CALL: frozenset(),
}

# Chapter 6 of the Act binds bodies of the state; local governments have rules of their own.
_KINDS: Mapping[OrganisationKind, tuple[Kind, ...]] = {
    OrganisationKind.MINISTRY: (Kind.DIALOGUE, Kind.PUBLIC_COMMENT_ACT, Kind.IDEA_CALL),
    OrganisationKind.PREFECTURE: (Kind.DIALOGUE, Kind.PUBLIC_COMMENT_ORDINANCE, Kind.IDEA_CALL),
    OrganisationKind.MUNICIPALITY: (Kind.DIALOGUE, Kind.PUBLIC_COMMENT_ORDINANCE, Kind.IDEA_CALL),
    OrganisationKind.HOST: (Kind.DIALOGUE, Kind.IDEA_CALL),
}

_OF_PHASE = {
    PhaseKind.PREPARATION: Stage.PREPARATION,
    PhaseKind.OPEN: Stage.OPEN,
    PhaseKind.CLOSED: Stage.CLOSED,
    PhaseKind.RESULT: Stage.RESULT,
}
_OF_ROLE = {
    Role.OWNER: Who.OWNER,
    Role.EDITOR: Who.EDITOR,
    Role.MODERATOR: Who.MODERATOR,
    Role.ANALYST: Who.ANALYST,
}


def kinds_of(organisation: OrganisationKind) -> tuple[Kind, ...]:
    """The kinds of consultation that such an organisation may hold."""
    return _KINDS[organisation]


def has(kind: Kind, act: Act) -> bool:
    """Whether consultations of this kind know the act at all."""
    return act not in _MISSING[kind]


def is_possible(act: Act, kind: Kind, stage: Stage) -> bool:
    """Whether anybody may do it now."""
    return has(kind, act) and stage in _TABLE[act][0]


def is_allowed(act: Act, who: Who) -> bool:
    """Whether the role may do it while it is possible."""
    return who in _TABLE[act][1]


def may(act: Act, kind: Kind, stage: Stage, who: Who) -> bool:
    return is_possible(act, kind, stage) and is_allowed(act, who)


def stage_of(consultation: ConsultationRef, now: datetime) -> Stage:
    if consultation.withdrawn_at is not None:
        return Stage.WITHDRAWN
    if consultation.published_at is None:
        return Stage.DRAFT
    return _OF_PHASE[consultation.phase_at(now)]


def possible_at(act: Act, consultation: ConsultationRef, now: datetime) -> bool:
    """As `is_possible`, of one consultation."""
    return is_possible(act, consultation.kind, stage_of(consultation, now))


def who_is(role: Role | None, *, is_signed_in: bool) -> Who:
    """`role` is that in the consultation's organisation, None for people outside."""
    if role is not None:
        return _OF_ROLE[role]
    return Who.ACCOUNT if is_signed_in else Who.GUEST
