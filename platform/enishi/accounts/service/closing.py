"""Closing an account, the export of its data, and its erasure."""

import json
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from enishi.accounts import personal_data, queries
from enishi.accounts.jobs import EraseAccount
from enishi.accounts.schemas import Actor
from enishi.accounts.service.sign_in import end_sessions_of
from enishi.audit import service as audit
from enishi.kit import clock, db
from enishi.kit.errors import NotFoundError
from enishi.kit.jobs import enqueue

_LATE = timedelta(hours=1)


async def close(actor: Actor) -> None:
    """Close the account: its sessions end, its address is free, and a job erases its data.

    Raises what a domain's `leave` raises, such as OnlyOwnerError of organisations.
    """
    async with db.unit_of_work():
        closed = await db.fetch(
            "UPDATE accounts_account SET closed_at = $2, address = NULL"
            " WHERE id = $1 AND closed_at IS NULL RETURNING id",
            actor.id,
            clock.now(),
        )
        if not closed:
            raise NotFoundError
        for declared in personal_data.declarations():
            if declared.leave is not None:
                await declared.leave(actor.id)
        await end_sessions_of(actor.id)
        await audit.record(
            "accounts.account.closed", actor_id=actor.id, subject=("account", actor.id)
        )
        await enqueue(EraseAccount(account_id=actor.id))


async def erase(account_id: uuid.UUID) -> None:
    """Erase what the domains declared. Idempotent, so that the job may be retried."""
    if not await queries.is_closed(account_id):
        return
    for declared in personal_data.declarations():
        await declared.erase(account_id)
    async with db.unit_of_work():
        erased = await db.fetch(
            "UPDATE accounts_account SET erased_at = $2"
            " WHERE id = $1 AND closed_at IS NOT NULL AND erased_at IS NULL RETURNING id",
            account_id,
            clock.now(),
        )
        if erased:
            await audit.record(
                "accounts.account.erased", actor_id=None, subject=("account", account_id)
            )


async def resume_erasures() -> None:
    """Enqueue the erasures again that have not ended within an hour."""
    for account_id in await queries.list_accounts_to_erase(clock.now() - _LATE):
        async with db.unit_of_work():
            await enqueue(EraseAccount(account_id=account_id))


async def record_export(actor: Actor) -> None:
    async with db.unit_of_work():
        await audit.record(
            "accounts.data.exported", actor_id=actor.id, subject=("account", actor.id)
        )


async def export(account_id: uuid.UUID) -> AsyncIterator[bytes]:
    """Stream the data of an account as JSON.

    Shape: {"made_at": …, "data": {domain: [{"kind": …, "value": …}, …]}}.
    """
    yield f'{{"made_at": {json.dumps(clock.now().isoformat())}, "data": {{'.encode()
    for number, declared in enumerate(personal_data.declarations()):
        yield f"{', ' if number else ''}{json.dumps(declared.domain)}: [".encode()
        first = True
        async for kind, value in declared.export(account_id):
            yield (b"" if first else b",") + _line(kind, value)
            first = False
        yield b"\n]"
    yield b"}}\n"


def _line(kind: str, value: Any) -> bytes:
    text = json.dumps({"kind": kind, "value": value}, ensure_ascii=False, default=str)
    return b"\n  " + text.encode()
