"""What somebody of a party wrote of their health: sealed, and opened for whom it is meant.

AES-256-GCM by a key that is derived from the key ring for this purpose alone. The key is no part
of the database, so a dump or a stolen disk tells nobody who has which allergy. What is sealed is
bound to its person: moved to another row it does not open.
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
    """What was written. Raises BadTokenError if the key is gone or the row was tampered with."""
    return keyring.ring().decrypt(_PURPOSE, sealed, about=member_id.bytes).decode()


def shown(member_id: uuid.UUID, sealed: bytes | None) -> str:
    """As `unseal`, for a page: what cannot be read must not keep a host from all the rest."""
    if sealed is None:
        return ""
    try:
        return unseal(member_id, sealed)
    except keyring.BadTokenError as error:
        _log.error("programmes.needs.unreadable", member_id=str(member_id), error=str(error))
        return str(_UNREADABLE)
