"""The cookie of a reporter without an account: a signed random id.

A person reports a text once. The id that is stored with a report is derived from the cookie's and
the consultation, so that the reports of one browser in several consultations cannot be linked.
"""

import uuid

from enishi.kit import keyring

NAME = "reporter"
SECONDS = 400 * 86_400  # as long as browsers keep a cookie
_PURPOSE = "consultations.reporter"
_STORED_PURPOSE = "consultations.reporter-in"
_FORM_PURPOSE = "consultations.reporter-of-form"


def token_for(cookie_id: uuid.UUID) -> str:
    """The value of the cookie, valid for SECONDS."""
    return keyring.ring().sign(_PURPOSE, {"r": cookie_id.hex}, seconds=SECONDS)


def read(token: str | None) -> uuid.UUID | None:
    """The id in a token; None if there is none, or if it is forged or expired."""
    if not token:
        return None
    try:
        return uuid.UUID(keyring.ring().verify(_PURPOSE, token)["r"])
    except keyring.BadTokenError:
        return None


def id_for_form(key: uuid.UUID) -> uuid.UUID:
    """The id of a reporter without a cookie whose form has this key.

    If the answer with the cookie is lost, the form that is sent again finds the same reporter.
    """
    return _uuid(_FORM_PURPOSE, key.bytes)


def reporter_id(cookie_id: uuid.UUID, consultation_id: uuid.UUID) -> uuid.UUID:
    """The id that is stored with the reports of this cookie in one consultation."""
    return _uuid(_STORED_PURPOSE, cookie_id.bytes + consultation_id.bytes)


def _uuid(purpose: str, data: bytes) -> uuid.UUID:
    return uuid.UUID(bytes=keyring.ring().mac(purpose, data)[:16], version=4)
