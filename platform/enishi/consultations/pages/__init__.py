"""The public pages of consultations."""

from enishi.consultations.pages import (
    answers,
    consultations,
    exports,
    opinions,
    results,
    statements,
    voting,
)

HANDLERS = [
    *consultations.HANDLERS,
    *voting.HANDLERS,
    *statements.HANDLERS,
    *opinions.HANDLERS,
    *results.HANDLERS,
    *exports.HANDLERS,
    *answers.HANDLERS,
]
