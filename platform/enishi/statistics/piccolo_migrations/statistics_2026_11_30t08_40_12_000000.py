"""A release of a cube is never changed, whoever asks."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T08:40:12:000000"
VERSION = "1.38.0"
DESCRIPTION = "releases of cubes are final"
STATEMENTS = (
    """
    CREATE TRIGGER statistics_cube_release_is_final
        BEFORE UPDATE OR DELETE ON statistics_cube_release
        FOR EACH ROW EXECUTE FUNCTION statistics_release_is_final()
    """,
    """
    CREATE TRIGGER statistics_cube_release_no_truncate BEFORE TRUNCATE ON statistics_cube_release
        FOR EACH STATEMENT EXECUTE FUNCTION statistics_release_is_final()
    """,
    "CREATE INDEX statistics_cube_release_read ON statistics_cube_release (cube, until)",
)
UNDO = (
    "DROP INDEX statistics_cube_release_read",
    "DROP TRIGGER statistics_cube_release_no_truncate ON statistics_cube_release",
    "DROP TRIGGER statistics_cube_release_is_final ON statistics_cube_release",
)

forwards = sql_step("statistics", ID, STATEMENTS, UNDO)
