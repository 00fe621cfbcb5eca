"""/healthz (the process answers), /readyz (it can serve), /metrics (for Prometheus)."""

import hmac

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State

from enishi.accounts.access import PUBLIC
from enishi.kit import db, metrics
from enishi.kit.errors import NotFoundError
from enishi.settings import get_settings

_LOOPBACK = ("127.0.0.1", "::1", "")


@get(
    "/healthz",
    name="health:alive",
    access=PUBLIC,
    media_type=MediaType.TEXT,
    include_in_schema=False,
)
async def alive() -> str:
    return "ok"


@get("/readyz", name="health:ready", access=PUBLIC, include_in_schema=False)
async def ready() -> Response[dict[str, str]]:
    """200 when the database answers: without it nothing can be read or written."""
    checks = {"database": "ok"}
    try:
        await db.fetch("SELECT 1")
    except Exception as error:
        if not db.is_connection_fault(error):
            raise
        checks["database"] = "unreachable"
    return Response(checks, status_code=200 if checks["database"] == "ok" else 503)


@get("/metrics", name="health:metrics", access=PUBLIC, include_in_schema=False)
async def show_metrics(request: Request[None, None, State]) -> Response[bytes]:
    """For Prometheus: with the bearer token of ENISHI_METRICS_TOKEN, else only from this host."""
    token = get_settings().metrics_token.get_secret_value()
    if token:
        given = request.headers.get("authorization", "")
        allowed = hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    else:
        # Behind a reverse proxy every client is local: only a request that came directly counts.
        client = request.client.host if request.client else ""
        allowed = client in _LOOPBACK and "x-forwarded-for" not in request.headers
    if not allowed:
        raise NotFoundError
    return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)


HANDLERS = [alive, ready, show_metrics]
