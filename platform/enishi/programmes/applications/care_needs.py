"""Encryption of care needs: what a party member wrote about their health.

AES-256-GCM with a key derived from the key ring for this purpose only. The key is not in the
database, so a dump or a stolen disk does not disclose health data. The member's id is the
associated data: a ciphertext that is moved to another row does not decrypt.
"""

import uuid

import structlog

from enishi.kit import keyring
from enishi.kit.i18n import gettext_lazy

_PURPOSE = "programmes.needs"
_UNREADABLE = gettext_lazy("（いまは読めません。サイトの運用担当に連絡してください。）")
_log = structlog.get_logger(__name__)


def seal(member_id: uuid.UUID, text: str) -> bytes:
    return keyring.ring().encrypt(_PURPOSE, text.encode(), about=member_id.bytes)


def unseal(member_id: uuid.UUID, sealed: bytes) -> str:
    """The plain text. Raises BadTokenError if the key is gone or the row was tampered with."""
    return keyring.ring().decrypt(_PURPOSE, sealed, about=member_id.bytes).decode()


def shown(member_id: uuid.UUID, sealed: bytes | None) -> str:
    """As `unseal`, for pages: an unreadable value becomes a message, so that the rest is shown."""
    if sealed is None:
        return ""
    try:
        return unseal(member_id, sealed)
    except keyring.BadTokenError as error:
        _log.error("programmes.needs.unreadable", member_id=str(member_id), error=str(error))
        return str(_UNREADABLE)
