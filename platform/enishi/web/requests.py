"""The request of all handlers: HTMX's, with a body of JSON that cannot exhaust the stack."""

from typing import Any

from litestar.exceptions import SerializationException
from litestar.plugins.htmx import HTMXRequest


class SiteRequest(HTMXRequest):
    async def json(self) -> Any:
        """As the framework's. Raises SerializationException for JSON that is nested too deeply."""
        try:
            return await super().json()
        except RecursionError as error:  # msgspec's, which the framework does not expect
            raise SerializationException("nested too deeply") from error
