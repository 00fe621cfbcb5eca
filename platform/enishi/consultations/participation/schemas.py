import uuid
from dataclasses import dataclass
from typing import NamedTuple

from enishi.consultations.core.kinds import Channel


class LimitKey(NamedTuple):
    """What the limits of a network count by: the network of the request and the consultation."""

    network: str
    consultation_id: uuid.UUID


@dataclass(frozen=True)
class ParticipantContext:
    """The participant that a request acts as; for a new guest the answer must set the cookie."""

    participant_id: uuid.UUID
    limit_key: LimitKey
    is_guest: bool
    is_new_guest: bool = False

    @property
    def guests_of(self) -> LimitKey | None:
        """The limit that this participant's votes count for; None for an account."""
        return self.limit_key if self.is_guest else None


@dataclass(frozen=True)
class NewParticipant:
    """The channel and the dimensions that are stored with a participant on joining."""

    channel: Channel
    home_municipality: str | None = None
    age_band: str | None = None
    identity_level: int = 0
    source_ref: str | None = None
    is_tied: bool = False  # registered with the consultation's place
