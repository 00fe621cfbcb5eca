from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "whose programmes and sessions they are"

# Piccolo cannot name a table of another domain. A session belongs to whom its programme belongs
# to; an application takes the organisation from its session in the statement that makes it.
FORWARDS = (
    "ALTER TABLE programmes_programme ADD CONSTRAINT programmes_programme_organisation"
    " FOREIGN KEY (organisation_id) REFERENCES accounts_organisation (id)",
    "ALTER TABLE programmes_programme ADD CONSTRAINT programmes_programme_owner"
    " UNIQUE (id, organisation_id)",
    "ALTER TABLE programmes_session ADD CONSTRAINT programmes_session_owner"
    " FOREIGN KEY (programme_id, organisation_id)"
    " REFERENCES programmes_programme (id, organisation_id)",
)
BACKWARDS = (
    "ALTER TABLE programmes_session DROP CONSTRAINT programmes_session_owner",
    "ALTER TABLE programmes_programme DROP CONSTRAINT programmes_programme_owner",
    "ALTER TABLE programmes_programme DROP CONSTRAINT programmes_programme_organisation",
)


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="programmes", description=DESCRIPTION)

    async def run():
        for statement in FORWARDS:
            await DB.run_ddl(statement)

    async def run_backwards():
        for statement in BACKWARDS:
            await DB.run_ddl(statement)

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
