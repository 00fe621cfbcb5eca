"""The guest cookie: a signed token with the participant id of a guest in one consultation.

Each consultation has a cookie of its own, so that a guest's participants in several consultations
cannot be linked.
"""

import uuid
from typing import NamedTuple

from enishi.kit import clock, keyring
from enishi.kit.cookie_names import host_name
from enishi.kit.lru import LruMap

_PURPOSE = "consultations.guest"
_FORM_PURPOSE = "consultations.guest-of-form"
SECONDS = 400 * 86_400  # as long as browsers keep a cookie


def id_for_form(consultation_id: uuid.UUID, key: uuid.UUID) -> uuid.UUID:
    """The participant id of a new guest whose first act is a form with this key.

    If the answer with the cookie is lost, the form that is sent again finds the same guest. A MAC
    with the server's key: nobody can tell the id from the key of a form, or the reverse.
    """
    mac = keyring.ring().mac(_FORM_PURPOSE, consultation_id.bytes + key.bytes)
    return uuid.UUID(bytes=mac[:16], version=4)


def plain_name(slug: str) -> str:
    """The cookie's name without the prefix that https adds."""
    return f"guest-{slug}"


def cookie_name(slug: str) -> str:
    """The cookie's name in the browser."""
    return host_name(plain_name(slug))


def token_for(consultation_id: uuid.UUID, participant_id: uuid.UUID) -> str:
    """The value of the cookie, valid for SECONDS."""
    payload = {"c": consultation_id.hex, "p": participant_id.hex}
    return keyring.ring().sign(_PURPOSE, payload, seconds=SECONDS)


class _Guest(NamedTuple):
    consultation_id: uuid.UUID
    participant_id: uuid.UUID
    expires: float  # timestamp


# By the key ring that signed them and the token, which nobody can forge. To verify one takes a
# tenth of the time in which this process answers a vote.
_verified: LruMap[tuple[keyring.KeyRing, str], _Guest] = LruMap(10_000)


def read(consultation_id: uuid.UUID, token: str | None) -> uuid.UUID | None:
    """The participant id in a token; None if it is forged, expired or of another consultation."""
    if not token:
        return None
    key = (keyring.ring(), token)
    guest = _verified.get(key)
    if guest is None:
        try:
            payload, expires = keyring.ring().verify_with_expiry(_PURPOSE, token)
        except keyring.BadTokenError:
            return None
        guest = _Guest(uuid.UUID(payload["c"]), uuid.UUID(payload["p"]), expires)
        _verified.put(key, guest)
    if clock.now().timestamp() >= guest.expires:
        return None
    return guest.participant_id if guest.consultation_id == consultation_id else None
