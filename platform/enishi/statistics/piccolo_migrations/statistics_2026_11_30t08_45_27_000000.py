"""Releases of cubes refuse UPDATE, DELETE and TRUNCATE, whoever asks."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T08:45:27:000000"
VERSION = "1.38.0"
DESCRIPTION = "releases of cubes are final"
STATEMENTS = (
    """
    ALTER TABLE statistics_cube_release
        ADD CONSTRAINT statistics_cube_release_is_of_a_period CHECK (period >= 0 AND begins <= until)
    """,
    """
    CREATE TRIGGER statistics_cube_release_is_final
        BEFORE UPDATE OR DELETE ON statistics_cube_release
        FOR EACH ROW EXECUTE FUNCTION statistics_release_is_final()
    """,
    """
    CREATE TRIGGER statistics_cube_release_no_truncate BEFORE TRUNCATE ON statistics_cube_release
        FOR EACH STATEMENT EXECUTE FUNCTION statistics_release_is_final()
    """,
)
UNDO = (
    "DROP TRIGGER statistics_cube_release_no_truncate ON statistics_cube_release",
    "DROP TRIGGER statistics_cube_release_is_final ON statistics_cube_release",
    """
    ALTER TABLE statistics_cube_release DROP CONSTRAINT statistics_cube_release_is_of_a_period
    """,
)

forwards = sql_step("statistics", ID, STATEMENTS, UNDO)
