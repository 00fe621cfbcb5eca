"""When a session takes applications."""

from datetime import datetime

from enishi.kit import clock
from enishi.programmes.listings.schemas import ProgrammeView
from enishi.programmes.listings.tables import ProgrammeState
from enishi.programmes.sessions.schemas import SessionView
from enishi.programmes.sessions.tables import SessionState


def is_open(programme: ProgrammeView, session: SessionView, now: datetime) -> bool:
    """Whether a session takes applications at this instant, full or not.

    The statement in allocation/first_come.py decides; this explains a refusal afterwards.
    """
    return (
        programme.state is ProgrammeState.PUBLISHED
        and session.state is SessionState.PLANNED
        and clock.is_open(session.opens_at, session.closes_at, now)
    )
