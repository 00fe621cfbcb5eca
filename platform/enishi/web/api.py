"""The JSON API under /api/v1 and its description (OpenAPI). Every domain's handlers are listed."""

from functools import cache
from typing import Any

from litestar import Litestar, Response, Router, get
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.serialization import default_serializer, encode_json
from litestar.types import ControllerRouterHandler
from pydantic import BaseModel

from enishi.accounts import access
from enishi.accounts.access import PUBLIC
from enishi.consultations.api.consultations import HANDLERS as DIALOGUES
from enishi.programmes.api import HANDLERS as PROGRAMMES
from enishi.statistics.api.cubes import HANDLERS as STATISTICS

PATH = "/api/v1"
_HANDLERS: tuple[ControllerRouterHandler, ...] = (*DIALOGUES, *PROGRAMMES, *STATISTICS)


@cache
def description() -> bytes:
    """The OpenAPI document, generated from an application with the API's handlers only."""
    described = Litestar(
        route_handlers=[Router(PATH, route_handlers=list(_HANDLERS))],
        dependencies=access.DEPENDENCIES,
        openapi_config=OpenAPIConfig(
            title="Enishi", version="1", render_plugins=[JsonRenderPlugin()]
        ),
    )
    return encode_json(described.openapi_schema.to_schema(), serializer=_as_json)


def _as_json(value: Any) -> Any:
    """Serialise a default value that is a model, as the API would send it."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return default_serializer(value)


@get("/openapi.json", name="api:description", access=PUBLIC, include_in_schema=False)
async def describe() -> Response[bytes]:
    return Response(
        description(),
        media_type="application/vnd.oai.openapi+json",
        headers={"cache-control": "public, max-age=3600"},
    )


def router() -> Router:
    return Router(PATH, route_handlers=[*_HANDLERS, describe])
