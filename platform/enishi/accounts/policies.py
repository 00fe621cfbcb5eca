"""Who may do what: pure functions of whoever acts, the thing, and the instant."""

from datetime import datetime, timedelta

from enishi.accounts.schemas import Actor
from enishi.kit import clock

RECENT = timedelta(minutes=15)


def is_minor(actor: Actor, now: datetime) -> bool:
    """Whether somebody is under 16, as they said when they signed up."""
    return actor.minor_until is not None and clock.in_tokyo(now).date() < actor.minor_until


def can_act_in_public(actor: Actor | None, now: datetime) -> bool:
    """Whether what somebody says may be seen by others: under 16 only with a guardian's word."""
    return actor is not None and (not is_minor(actor, now) or actor.guardian_confirmed)


def has_signed_in_recently(actor: Actor, now: datetime) -> bool:
    """Whether the sign-in is fresh enough for acts that cannot be undone."""
    return actor.signed_in_at is not None and now - actor.signed_in_at < RECENT
