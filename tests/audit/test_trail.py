"""The audit trail is written in the unit of work of the act, or not at all."""

import uuid
from datetime import UTC, datetime

import pytest

from enishi.audit import service as audit
from enishi.audit.tables import AuditEntry
from enishi.kit import clock, db, logs

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


async def test_an_act_is_recorded_with_who_what_when_and_in_which_request() -> None:
    actor, organisation, subject = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    with clock.frozen_at(NOW), logs.request_named("r1"):
        async with db.unit_of_work():
            await audit.record(
                "relations.registration.opened",
                actor_id=actor,
                subject=("registration", subject),
                organisation_id=organisation,
                tier="basic",
                place=subject,
            )
    (entry,) = await AuditEntry.select().output(load_json=True)
    del entry["id"]
    assert entry == {
        "actor_id": actor,
        "organisation_id": organisation,
        "action": "relations.registration.opened",
        "subject_kind": "registration",
        "subject_id": str(subject),
        "data": {"tier": "basic", "place": str(subject)},
        "request_id": "r1",
        "recorded_at": NOW,
    }


async def record(action: str = "kit.thing.done") -> None:
    await audit.record(action, actor_id=None, subject=("thing", 1))


class RefusedError(Exception):
    pass


async def test_a_refused_act_leaves_no_entry(own_database: None) -> None:
    with pytest.raises(RefusedError):
        async with db.unit_of_work():
            await record()
            raise RefusedError
    assert await AuditEntry.count() == 0
    with pytest.raises(RuntimeError, match="outside a unit of work"):
        await record()
    assert await AuditEntry.count() == 0


@pytest.mark.parametrize(
    "action", ["", "opened", "thing.opened", "a.b.c.d", "Kit.thing.done", "kit.thing.done\n"]
)
async def test_an_action_is_a_domain_a_noun_and_a_participle(action: str) -> None:
    async with db.unit_of_work():
        with pytest.raises(ValueError, match="past participle"):
            await record(action)
