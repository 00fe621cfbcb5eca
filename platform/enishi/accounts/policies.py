"""Policies: pure functions of the actor, the object and the instant."""

from datetime import datetime, timedelta

from enishi.accounts.schemas import Actor
from enishi.kit import clock

RECENT = timedelta(minutes=15)


def is_minor(actor: Actor, now: datetime) -> bool:
    """Whether the account belongs to a person under 16, as stated at sign-up."""
    return actor.minor_until is not None and clock.in_tokyo(now).date() < actor.minor_until


def can_act_in_public(actor: Actor | None, now: datetime) -> bool:
    """Whether others may see what the actor publishes: under 16 a guardian has to confirm."""
    return actor is not None and (not is_minor(actor, now) or actor.guardian_confirmed)


def has_signed_in_recently(actor: Actor, now: datetime) -> bool:
    """Whether the sign-in is recent enough for acts that cannot be undone."""
    return actor.signed_in_at is not None and now - actor.signed_in_at < RECENT
