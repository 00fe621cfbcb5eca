"""The handlers of the JSON API."""

from enishi.programmes.api import programmes

HANDLERS = [*programmes.HANDLERS]
