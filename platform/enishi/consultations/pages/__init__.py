"""The public's pages of consultations, by noun."""

from enishi.consultations.pages import consultations, opinions, statements, voting

HANDLERS = [
    *consultations.HANDLERS,
    *voting.HANDLERS,
    *statements.HANDLERS,
    *opinions.HANDLERS,
]
