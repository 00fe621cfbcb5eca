"""The page of the ten directions; here for the reason that place_pages gives."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get

from enishi.accounts.access import PUBLIC
from enishi.kit.public import public_page
from enishi.themes import queries as themes


@get("/themes", name="themes:index", access=PUBLIC)
async def index(request: Request[Any, Any, Any]) -> Response[bytes]:
    async def load() -> Mapping[str, Any]:
        return {"themes": await themes.list_national_themes()}

    return await public_page(request, "themes/index.html", load)


HANDLERS = [index]
