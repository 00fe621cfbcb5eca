"""The handlers of the citizens' pages."""

from enishi.programmes.pages import applications, applying, draws, index, party, programme

HANDLERS = [
    *index.HANDLERS,
    *programme.HANDLERS,
    *applying.HANDLERS,
    *applications.HANDLERS,
    *party.HANDLERS,
    *draws.HANDLERS,
]
