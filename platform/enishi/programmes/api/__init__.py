"""The JSON API of programmes."""

from enishi.programmes.api import programmes

HANDLERS = [*programmes.HANDLERS]
