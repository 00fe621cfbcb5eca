"""Query parameters that many handlers share."""

from typing import Annotated

from litestar.params import QueryParameter

Cursor = Annotated[str | None, QueryParameter(name="after", max_length=400)]
"""Where the next page of a keyset-paginated list begins (kit.pagination)."""
