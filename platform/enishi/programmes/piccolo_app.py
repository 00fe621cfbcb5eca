from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="programmes",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        modules=[
            "enishi.programmes.listings.tables",
            "enishi.programmes.photographs.tables",
            "enishi.programmes.sessions.tables",
            "enishi.programmes.applications.tables",
            "enishi.programmes.allocation.draws.tables",
        ],
        exclude_imported=True,
    ),
    migration_dependencies=["enishi.accounts.piccolo_app", "enishi.organisations.piccolo_app"],
    commands=[],
)
