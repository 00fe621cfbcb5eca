"""The office's pages of consultations."""

from enishi.consultations.office.pages import consultations, exports, moderation, paper, withdrawal

HANDLERS = [
    *consultations.HANDLERS,
    *moderation.HANDLERS,
    *withdrawal.HANDLERS,
    *paper.HANDLERS,
    *exports.HANDLERS,
]
