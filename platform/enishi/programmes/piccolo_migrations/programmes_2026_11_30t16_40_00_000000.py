"""The text of a programme in which keywords are searched for."""

from enishi.kit.sql_migration import sql_step

ID = "2026-11-30T16:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "search_text, computed"

_KATAKANA = "".join(chr(code) for code in range(ord("ァ"), ord("ヷ")))
_HIRAGANA = "".join(chr(ord(sign) - 0x60) for sign in _KATAKANA)
_TEXTS = " || ' ' || ".join(
    f"coalesce({column} ->> '{language}', '')"
    for column in ("title", "summary", "body")
    for language in ("ja", "en")
)

STATEMENTS = (
    # A generated column: every writer has it, the sample content that is loaded by COPY too.
    f"""
    ALTER TABLE programmes_programme ADD COLUMN search_text text NOT NULL GENERATED ALWAYS AS (
        translate(lower(normalize({_TEXTS} || ' ' || host_name, NFKC)), '{_KATAKANA}', '{_HIRAGANA}')
    ) STORED
    """,
)
UNDO = ("ALTER TABLE programmes_programme DROP COLUMN search_text",)

forwards = sql_step("programmes", ID, STATEMENTS, UNDO)
