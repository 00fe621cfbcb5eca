"""The citizens' pages of programmes, by noun."""

from enishi.programmes.pages import applications, applying, listing, programme

HANDLERS = [
    *listing.HANDLERS,
    *programme.HANDLERS,
    *applying.HANDLERS,
    *applications.HANDLERS,
]
