"""/healthz (the process answers), /readyz (it can serve), /metrics (for Prometheus)."""

import asyncio
import hmac

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State

from enishi.accounts.access import PUBLIC
from enishi.kit import db, metrics
from enishi.kit.errors import NotFoundError
from enishi.kit.http import request_log
from enishi.kit.outages import is_connection_fault, is_exhausted
from enishi.settings import Environment, get_settings

_TIMEOUT_SECONDS = 2.5  # below the usual timeout of health checks, which is three seconds


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
    """200 when the database answers, else 503: without it no page can be served."""
    is_answered = await _database_answers()
    checks = {"database": "ok" if is_answered else "unreachable"}
    return Response(checks, status_code=200 if is_answered else 503)


async def _database_answers() -> bool:
    """Whether the database answers in time. The end of the attempt is not waited for."""
    attempt = asyncio.ensure_future(db.execute("SELECT 1"))
    done, _ = await asyncio.wait({attempt}, timeout=_TIMEOUT_SECONDS)
    if not done:
        attempt.cancel()
        return False
    error = attempt.exception()
    if error is None:
        return True
    if not is_connection_fault(error) and not is_exhausted(error):
        raise error
    return False


@get("/metrics", name="health:metrics", access=PUBLIC, include_in_schema=False)
async def show_metrics(request: Request[None, None, State]) -> Response[bytes]:
    """Metrics for Prometheus; requires the bearer token of ENISHI_METRICS_TOKEN.

    Without a token in the settings they are served outside production only. There is no rule for
    local clients, because behind a reverse proxy every client looks local.
    """
    settings = get_settings()
    token = settings.metrics_token.get_secret_value()
    given = request.headers.get("authorization", "")
    if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise NotFoundError
    if not token and settings.environment is Environment.PRODUCTION:
        raise NotFoundError
    request_log.flush()
    return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)


HANDLERS = [alive, ready, show_metrics]
