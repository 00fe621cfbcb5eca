from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T08:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "one live application a person and session; the queue; what lists sort by"

# Piccolo has no partial indexes. A person may apply again once the first application is over.
INDEXES = (
    """CREATE UNIQUE INDEX programmes_application_one_live
    ON programmes_application (session_id, applicant_id)
    WHERE state NOT IN ('cancelled', 'cancelled_by_host', 'expired', 'declined')""",
    """CREATE INDEX programmes_application_queue
    ON programmes_application (session_id, ticket) WHERE state = 'waiting'""",
    """CREATE INDEX programmes_application_offers
    ON programmes_application (session_id, offer_until) WHERE state = 'offered'""",
    """CREATE INDEX programmes_session_by_programme
    ON programmes_session (programme_id, starts_at)""",
    """CREATE INDEX programmes_programme_published
    ON programmes_programme (published_at DESC, id) WHERE state = 'published'""",
    """CREATE INDEX programmes_application_event_by_application
    ON programmes_application_event (application_id, happened_at)""",
    """CREATE INDEX programmes_party_member_by_application
    ON programmes_party_member (application_id)""",
)
NAMES = [statement.split(" INDEX ")[1].split()[0] for statement in INDEXES]


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="programmes", description=DESCRIPTION)

    async def run():
        for statement in INDEXES:
            await DB.run_ddl(statement)

    async def run_backwards():
        for name in NAMES:
            await DB.run_ddl(f"DROP INDEX {name}")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
