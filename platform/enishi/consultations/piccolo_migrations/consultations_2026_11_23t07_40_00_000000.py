from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T07:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "whose consultations and whose participants they are"

FORWARDS = (
    "ALTER TABLE consultations_subject ADD CONSTRAINT consultations_subject_theme"
    " FOREIGN KEY (theme_id) REFERENCES themes_theme (id)",
    "ALTER TABLE consultations_consultation ADD CONSTRAINT consultations_consultation_organisation"
    " FOREIGN KEY (organisation_id) REFERENCES accounts_organisation (id)",
    "ALTER TABLE consultations_participant_link"
    " ADD CONSTRAINT consultations_participant_link_account"
    " FOREIGN KEY (account_id) REFERENCES accounts_account (id) ON DELETE CASCADE",
)
BACKWARDS = (
    "ALTER TABLE consultations_subject DROP CONSTRAINT consultations_subject_theme",
    "ALTER TABLE consultations_participant_link"
    " DROP CONSTRAINT consultations_participant_link_account",
    "ALTER TABLE consultations_consultation"
    " DROP CONSTRAINT consultations_consultation_organisation",
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
