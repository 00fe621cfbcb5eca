"""Writes of the audit trail. Nothing else adds an entry."""

import json
import re
import uuid
from typing import Any

from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.kit.logs import current_request_id
from enishi.kit.piggyback_writes import Document, PiggybackWrite

APPEND_ONLY = ("audit_entry",)  # see wiring.py

_ACTION = re.compile(r"[a-z_]+\.[a-z_]+\.[a-z_]+")
_INSERT = """
INSERT INTO audit_entry (
    id, actor_id, organisation_id, action, subject_kind, subject_id, data, request_id, recorded_at
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


async def record(
    action: str,
    *,
    actor_id: uuid.UUID | None,
    subject: tuple[str, object],
    organisation_id: uuid.UUID | None = None,
    **data: Any,
) -> None:
    """Record an action `<domain>.<noun>.<past participle>` in the caller's unit of work.

    `data` takes identifiers, codes and states, never names, addresses or texts of people. Raises
    RuntimeError outside a unit of work, ValueError for an action of another form.
    """
    if not db.in_unit_of_work():
        raise RuntimeError(f"{action} was recorded outside a unit of work")
    _check(action)
    kind, subject_id = subject
    await db.execute(
        _INSERT,
        new_id(),
        actor_id,
        organisation_id,
        action,
        kind,
        str(subject_id),
        json.dumps(data, ensure_ascii=False, default=str),
        current_request_id(),
        clock.now(),
    )


def piggyback(
    action: str,
    *,
    actor_id: uuid.UUID | None,
    subject: tuple[str, object],
    organisation_id: uuid.UUID | None = None,
    **data: Any,
) -> PiggybackWrite:
    """As `record`, for an act that is a single statement, which also inserts the entry."""
    _check(action)
    kind, subject_id = subject
    return PiggybackWrite(
        "audit_entry",
        {
            "id": new_id(),
            "actor_id": actor_id,
            "organisation_id": organisation_id,
            "action": action,
            "subject_kind": kind,
            "subject_id": str(subject_id),
            "data": Document(data),
            "request_id": current_request_id(),
            "recorded_at": clock.now(),
        },
    )


def _check(action: str) -> None:
    if not _ACTION.fullmatch(action):
        raise ValueError(f"{action!r} is not <domain>.<noun>.<past participle>")
