"""The citizens' pages of dialogues, by noun."""

from enishi.consultations.pages import dialogues, opinions, statements, voting

HANDLERS = [
    *dialogues.HANDLERS,
    *voting.HANDLERS,
    *statements.HANDLERS,
    *opinions.HANDLERS,
]
