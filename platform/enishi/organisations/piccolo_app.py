from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="organisations",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(modules=["enishi.organisations.tables"], exclude_imported=True),
    migration_dependencies=["enishi.accounts.piccolo_app"],
    commands=[],
)
