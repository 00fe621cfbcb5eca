"""The audit of downloads of an organisation's own figures."""

import uuid

from enishi.audit import service as audit
from enishi.kit import db
from enishi.statistics.schemas import Scope


async def record(
    actor_id: uuid.UUID, organisation_id: uuid.UUID, breakdown: str, scope: Scope
) -> None:
    """Record in the organisation's audit trail which breakdown, of which days and subject."""
    async with db.unit_of_work():
        await audit.record(
            "statistics.figures.downloaded",
            actor_id=actor_id,
            subject=("figures", breakdown),
            organisation_id=organisation_id,
            since=str(scope.since),
            until=str(scope.until),
            about=f"{scope.subject_kind or ''} {scope.subject_id or ''}".strip(),
        )
