"""Compressed answers: the coding that a client accepts, and a body in it, compressed once.

For bodies that are the same for all clients (cached pages, static files). Never compress a body
that holds a secret beside text that a client chose: its length reveals the secret (BREACH).
"""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import brotli
import zstandard

PREFERRED = ("br", "zstd", "gzip")
"""The codings we answer in, the smallest result for text first."""
IDENTITY = ""

RawHeaders = tuple[tuple[bytes, bytes], ...]
"""Header pairs of ASGI. A tuple, because the edge caches the complete headers by it."""

Compressors = Mapping[str, Callable[[bytes], bytes]]
# Pages are compressed at each rendering, within a millisecond; static files once in each process.
QUICK: Compressors = {
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": lambda body: zstandard.compress(body, 3),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
THOROUGH: Compressors = {
    "br": lambda body: brotli.compress(body, quality=11),
    "zstd": lambda body: zstandard.compress(body, 19),
    "gzip": lambda body: gzip.compress(body, 9, mtime=0),
}


@lru_cache(maxsize=256)
def choose(accept_encoding: bytes) -> str:
    """The coding to answer in, by the request's Accept-Encoding (RFC 9110, 12.5.3).

    Of several that are accepted our preference decides, not the weights: browsers send none.
    A wildcard names no coding that the client is known to read, so it chooses none.
    """
    accepted = set()
    for part in accept_encoding.decode("latin-1").lower().split(","):
        coding, _, parameters = part.partition(";")
        if not _is_refused(parameters):
            accepted.add(coding.strip())
    return next((coding for coding in PREFERRED if coding in accepted), IDENTITY)


def _is_refused(parameters: str) -> bool:
    """Whether the weight is zero: `q=0`, `q=0.000`."""
    name, _, weight = parameters.replace(" ", "").partition("=")
    return name == "q" and not weight.strip("0.")


@dataclass(frozen=True)
class Representation:
    """A body in one coding, and the headers of the answers that carry it or say 304."""

    body: bytes
    opaque_tag: bytes
    headers: RawHeaders
    headers_without_body: RawHeaders

    def is_known_by(self, if_none_match: bytes) -> bool:
        """Whether the client holds this representation already: weak comparison of the tags."""
        return self.opaque_tag in if_none_match


@dataclass(frozen=True)
class Content:
    """What one address answers. `digest` identifies the version; the entity tags are made of it."""

    body: bytes
    digest: str
    media_type: str
    cache_control: str


class Representations:
    """A content in every coding. Each is compressed when it is first asked for, and kept."""

    def __init__(self, content: Content, compressors: Compressors) -> None:
        self._content = content
        self._compressors = compressors
        self._made: dict[str, Representation] = {}

    def peek(self, accept_encoding: bytes) -> Representation | None:
        """What `get` returns, if it has been made."""
        return self._made.get(choose(accept_encoding))

    def get(self, accept_encoding: bytes) -> Representation:
        """The representation for a request with this Accept-Encoding."""
        coding = choose(accept_encoding)
        made = self._made.get(coding)
        if made is None:
            made = self._made[coding] = self._make(coding)
        return made

    def _make(self, coding: str) -> Representation:
        content = self._content
        body = self._compressors[coding](content.body) if coding else content.body
        tag = f'"{content.digest}-{coding}"' if coding else f'"{content.digest}"'
        # Weak: a proxy may decode the body on its way.
        alike = {"etag": f"W/{tag}", "cache-control": content.cache_control}
        alike["vary"] = "accept-encoding"
        whole = {"content-type": content.media_type, "content-length": str(len(body))}
        if coding:
            whole["content-encoding"] = coding
        return Representation(body, tag.encode(), _raw(alike | whole), _raw(alike))


def _raw(headers: Mapping[str, str]) -> RawHeaders:
    return tuple((name.encode(), value.encode()) for name, value in headers.items())
