"""What was written of people's health moves to the table that holds it sealed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-23T14:05:06:000000"
VERSION = "1.38.0"
DESCRIPTION = "seal the needs that were written so far"
_BATCH = 1000
_OPEN = """
UPDATE programmes_party_member m SET needs = '' FROM (
    SELECT id, needs FROM programmes_party_member WHERE needs <> '' LIMIT {}
) written WHERE m.id = written.id RETURNING m.id, written.needs
"""
_SEALED = "INSERT INTO programmes_party_need (id, member_id, sealed) VALUES ({}, {}, {})"


class _Any(Table):
    """Piccolo runs SQL by way of a table; which one does not matter."""


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="programmes", description=DESCRIPTION)

    async def run():
        # Here, because only what has something to move needs the keys.
        from enishi.kit import ids
        from enishi.programmes.applications import care_needs

        while rows := await _Any.raw(_OPEN, _BATCH):
            for row in rows:
                sealed = care_needs.seal(row["id"], row["needs"])
                await _Any.raw(_SEALED, ids.new_id(), row["id"], sealed)

    async def run_backwards():
        from enishi.programmes.applications import care_needs

        for row in await _Any.raw("SELECT member_id, sealed FROM programmes_party_need"):
            await _Any.raw(
                "UPDATE programmes_party_member SET needs = {} WHERE id = {}",
                care_needs.unseal(row["member_id"], row["sealed"]),
                row["member_id"],
            )

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
