"""A guest's part in one dialogue: a signed cookie that names its participant and nobody else.

Each dialogue has a cookie of its own, so that a guest's parts in several dialogues cannot be
laid side by side.
"""

import uuid

from enishi.kit import keyring

_PURPOSE = "consultations.guest"
SECONDS = 400 * 86_400  # as long as browsers keep a cookie


def cookie_name(slug: str) -> str:
    return f"guest-{slug}"


def token_for(consultation_id: uuid.UUID, participant_id: uuid.UUID) -> str:
    payload = {"c": consultation_id.hex, "p": participant_id.hex}
    return keyring.ring().sign(_PURPOSE, payload, seconds=SECONDS)


def read(consultation_id: uuid.UUID, token: str | None) -> uuid.UUID | None:
    """The participant of a guest's cookie; None for a foreign, forged or outdated one."""
    if not token:
        return None
    try:
        payload = keyring.ring().verify(_PURPOSE, token)
    except keyring.BadTokenError:
        return None
    return uuid.UUID(payload["p"]) if payload["c"] == consultation_id.hex else None
