"""The status list of certificates by the clock, and pruning of expired ones."""

import structlog

from enishi.kit.signing_key import SigningKeyError
from enishi.relations.certificates import service

_log = structlog.get_logger(__name__)


async def publish_status_list() -> None:
    """Without the signing key the list grows old, and verifiers say that nothing was checked."""
    try:
        await service.publish_status_list()
    except SigningKeyError as error:
        _log.error("relations.status_list.refused", reason=str(error))


async def prune() -> None:
    await service.prune()
