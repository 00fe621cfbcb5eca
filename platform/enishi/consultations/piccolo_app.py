from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="consultations",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        modules=[
            "enishi.consultations.core.tables",
            "enishi.consultations.participation.tables",
            "enishi.consultations.voting.tables",
            "enishi.consultations.opinions.tables",
            "enishi.consultations.moderation.tables",
            "enishi.consultations.landscape_runs.tables",
            "enishi.consultations.arguments.tables",
            "enishi.consultations.answers.tables",
            "enishi.consultations.timeline.tables",
        ],
        exclude_imported=True,
    ),
    migration_dependencies=[
        "enishi.organisations.piccolo_app",
        "enishi.themes.piccolo_app",
        "enishi.accounts.piccolo_app",
    ],
    commands=[],
)
