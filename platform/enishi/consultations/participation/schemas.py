import uuid
from dataclasses import dataclass

from enishi.consultations.core.kinds import Channel


@dataclass(frozen=True)
class ParticipantContext:
    """The participant that a request acts as; for a new guest the answer must set the cookie."""

    participant_id: uuid.UUID
    is_new_guest: bool = False


@dataclass(frozen=True)
class NewParticipant:
    """The channel and the dimensions that are stored with a participant on joining."""

    channel: Channel
    home_municipality: str | None = None
    age_band: str | None = None
    identity_level: int = 0
    source_ref: str | None = None
