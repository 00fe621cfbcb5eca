"""What a listing says in its documents becomes text in several languages; so far it was Japanese."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from enishi.kit.db import DB

ID = "2026-11-23T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "texts of the documents in several languages"

_TEXTS = {
    "conditions": ("companion_rule", "residence_rule", "languages", "what_to_bring", "rain_rule"),
    "money": ("included", "lodging_note", "meals", "transport_note", "cancellation"),
    "access": ("wheelchair_note", "note"),
    "contact": ("name",),
}


async def _change(written: str, kept: str) -> None:
    for document, names in _TEXTS.items():
        listed = ", ".join(f"'{name}'" for name in names)
        await DB.run_ddl(
            f"""UPDATE programmes_programme SET {document} = (
                SELECT coalesce(jsonb_object_agg(key, CASE
                    WHEN key IN ({listed}) AND {kept} THEN {written} ELSE value END), '{{}}')
                FROM jsonb_each({document}))"""
        )


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="programmes", description=DESCRIPTION)

    async def run():
        await _change("jsonb_build_object('ja', value)", "jsonb_typeof(value) = 'string'")

    async def run_backwards():
        await _change("value -> 'ja'", "jsonb_typeof(value) = 'object'")

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
