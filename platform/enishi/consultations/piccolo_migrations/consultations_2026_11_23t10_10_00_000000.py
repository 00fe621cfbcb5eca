from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T10:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "which transaction wrote an act or a vote"

# The log of votes grows by hundreds of rows a second: its number is a bigint, because a BRIN
# index, which costs a write next to nothing, knows no xid8.
FORWARDS = (
    "ALTER TABLE consultations_act ADD COLUMN tx xid8 NOT NULL DEFAULT pg_current_xact_id()",
    "CREATE INDEX consultations_act_tx ON consultations_act (tx)",
    "CREATE INDEX consultations_act_participant ON consultations_act (participant_id)"
    " WHERE participant_id IS NOT NULL",
    "ALTER TABLE consultations_vote_event"
    " ADD COLUMN tx bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)",
    "CREATE INDEX consultations_vote_event_tx ON consultations_vote_event"
    " USING brin (tx) WITH (pages_per_range = 32, autosummarize = on)",
)
BACKWARDS = (
    "ALTER TABLE consultations_vote_event DROP COLUMN tx",
    "ALTER TABLE consultations_act DROP COLUMN tx",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="consultations", description=DESCRIPTION)

    async def run():
        for statement in FORWARDS:
            await DB.run_ddl(statement)

    async def run_backwards():
        for statement in BACKWARDS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
