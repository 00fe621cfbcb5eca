"""An ASGI application that answers every request with "ok", for tests of the server."""

from collections.abc import Callable
from typing import Any


def create_app() -> Callable[..., Any]:
    async def app(scope: dict[str, Any], _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            headers = [(b"content-length", b"2")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"ok"})

    return app
