"""The public pages of consultations."""

from enishi.consultations.pages import (
    consultations,
    exports,
    opinions,
    results,
    statements,
    timeline,
    voting,
)

HANDLERS = [
    *consultations.HANDLERS,
    *voting.HANDLERS,
    *statements.HANDLERS,
    *opinions.HANDLERS,
    *results.HANDLERS,
    *exports.HANDLERS,
    *timeline.HANDLERS,
]
