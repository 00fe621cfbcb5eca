"""Structured logs: one line an event, a request id on each, no personal data.

Event names follow the audit trail: `<area>.<noun>.<participle>`. Values are identifiers,
codes, counts and durations; addresses, names, texts and tokens are never logged. A last
processor masks what looks like a mail address in case a library says one.
"""

import logging
import re
import sys
from contextvars import ContextVar
from datetime import datetime

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from enishi.kit import clock

_request_id: ContextVar[str] = ContextVar("enishi_request_id", default="")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def current_request_id() -> str:
    return _request_id.get()


def set_request_id(request_id: str) -> None:
    """Name the request (or the request a job came from) that following lines belong to."""
    _request_id.set(request_id)


def _add_request_id(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if request_id := _request_id.get():
        event["request_id"] = request_id
    return event


def mask_addresses(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if isinstance(value, str) and "@" in value:
            event[key] = _ADDRESS.sub("<address>", value)
    return event


def configure_logs(*, json: bool) -> None:
    """Route structlog and the standard library through the same processors to stderr."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request_id,
        structlog.processors.format_exc_info,
        mask_addresses,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses


class _RequestLine(msgspec.Struct):
    """One answered request. Its own shape: structlog costs a tenth of a millisecond a line."""

    event: str
    timestamp: datetime
    method: str
    route: str
    status: int
    milliseconds: float
    request_id: str
    level: str = "info"


_encode_line = msgspec.json.Encoder().encode


def log_request(method: str, route: str, status: int, seconds: float) -> None:
    """The access log: a JSON line on stderr, with the route's pattern and never the address."""
    line = _RequestLine(
        event="web.request.answered",
        timestamp=clock.now(),
        method=method,
        route=route,
        status=status,
        milliseconds=round(seconds * 1000, 1),
        request_id=_request_id.get(),
    )
    sys.stderr.write(_encode_line(line).decode() + "\n")
