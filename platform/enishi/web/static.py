"""Static files: addresses carry the content's hash, so they may be kept for ever.

They are read once for each process and answered from memory, compressed. In development a file
that was edited is read again.
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

_FOR_EVER = "public, max-age=31536000, immutable"
# An address of another version: of a page that an older process rendered, or a made-up one.
_ASK_EACH_TIME = "no-cache"
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
    kept: Representations
    asked_for_each_time: Representations


def url(path: str) -> str:
    """The address of a static file; a missing one is an error at rendering, not a broken page."""
    file = _files().get(path)
    if file is None:
        raise FileNotFoundError(path)
    return f"/static/{path}?v={file.version}"


@get("/static/{path:path}", name="static:file", access=PUBLIC, include_in_schema=False)
async def read(
    request: Request[Any, Any, Any], path: FromPath[Path], v: FromQuery[str] = ""
) -> Response[bytes]:
    """A file; `v` is its version, and only under its own one may a browser keep it for ever."""
    file = _files().get(path.as_posix().lstrip("/"))
    if file is None:
        raise NotFoundError
    made = file.kept if v == file.version else file.asked_for_each_time
    accepted = conditional.accepted_codings(request)
    # The thorough compression takes up to 60 ms: in a thread, or all other requests would wait.
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

    def kept(cache_control: str) -> Representations:
        return Representations(Content(body, version, media_type, cache_control), THOROUGH)

    return _File(version, kept(_FOR_EVER), kept(_ASK_EACH_TIME))
