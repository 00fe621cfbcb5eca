"""The office's pages of consultations."""

from enishi.consultations.office.pages import (
    consultations,
    exports,
    moderation,
    network_limits,
    paper,
    withdrawal,
)

HANDLERS = [
    *consultations.HANDLERS,
    *moderation.HANDLERS,
    *withdrawal.HANDLERS,
    *paper.HANDLERS,
    *network_limits.HANDLERS,
    *exports.HANDLERS,
]
