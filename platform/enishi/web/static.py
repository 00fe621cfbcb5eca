"""Static files: the URL holds the content's hash, so they are cached for ever.

Each process reads them once and answers from memory, compressed. In development a changed file is
read again.
"""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from enishi.accounts.access import PUBLIC
from enishi.kit.content_coding import THOROUGH, Content, Representations
from enishi.kit.errors import NotFoundError
from enishi.kit.http import conditional
from enishi.paths import STATIC
from enishi.settings import get_settings
from enishi.web import bundles

_IMMUTABLE = "public, max-age=31536000, immutable"
# For the URL of another version: in a page that an older process rendered, or made up.
_REVALIDATED = "no-cache"
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    "": "text/plain; charset=utf-8",  # licences
}
_JOINED = {"site.css": bundles.join_styles, "site.js": bundles.join_scripts}
_SOURCES = {bundles.TOKENS, *bundles.STYLES, *bundles.SCRIPTS}


@dataclass(frozen=True)
class _File:
    version: str
    immutable: Representations
    revalidated: Representations


def url(path: str) -> str:
    """The URL of a static file. A missing file raises at rendering instead of breaking the page."""
    file = _files().get(path)
    if file is None:
        raise FileNotFoundError(path)
    return f"/static/{path}?v={file.version}"


@get("/static/{path:path}", name="static:file", access=PUBLIC, include_in_schema=False)
async def read(
    request: Request[Any, Any, Any], path: FromPath[Path], v: FromQuery[str] = ""
) -> Response[bytes]:
    """A file. Browsers cache it for ever only if `v` is its version."""
    file = _files().get(path.as_posix().lstrip("/"))
    if file is None:
        raise NotFoundError
    made = file.immutable if v == file.version else file.revalidated
    accepted = conditional.accepted_codings(request)
    # Thorough compression takes up to 60 ms: in a thread, so that it does not block the event loop.
    shown = made.peek(accepted)
    if shown is None:
        shown = await asyncio.to_thread(made.get, accepted)
    return conditional.answer(request, shown)


def _files() -> dict[str, _File]:
    """Every file by its path below /static/."""
    return _read_all(_newest_change() if get_settings().is_development else 0)


def _newest_change() -> int:
    return max(path.stat().st_mtime_ns for path in STATIC.rglob("*"))


@lru_cache(maxsize=1)
def _read_all(_newest: int) -> dict[str, _File]:
    joined = {name: _file(name, join().encode()) for name, join in _JOINED.items()}
    single = {name: _file(name, (STATIC / name).read_bytes()) for name in _single_files()}
    return joined | single


def _single_files() -> Iterator[str]:
    for path in STATIC.rglob("*"):
        name = path.relative_to(STATIC).as_posix()
        if path.is_file() and path.suffix in _MEDIA_TYPES and name not in _SOURCES:
            yield name


def _file(name: str, body: bytes) -> _File:
    version = hashlib.sha256(body).hexdigest()[:12]
    media_type = _MEDIA_TYPES[Path(name).suffix]

    def cached(cache_control: str) -> Representations:
        return Representations(Content(body, version, media_type, cache_control), THOROUGH)

    return _File(version, cached(_IMMUTABLE), cached(_REVALIDATED))
