"""The public pages of consultations."""

from enishi.consultations.pages import (
    answers,
    appeals,
    consultations,
    exports,
    moderation_policy,
    opinions,
    reports,
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
    *reports.HANDLERS,
    *moderation_policy.HANDLERS,
    *appeals.HANDLERS,
    *results.HANDLERS,
    *exports.HANDLERS,
    *answers.HANDLERS,
    *timeline.HANDLERS,
]
