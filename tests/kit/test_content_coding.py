"""The coding that an answer is in: one that the client reads, made once, with a tag of its own."""

import gzip

import brotli
import pytest
import zstandard

from enishi.kit import content_coding
from enishi.kit.content_coding import QUICK, THOROUGH, Compressors, Content, Representations

TEXT = "縁（えにし）".encode() * 500
CONTENT = Content(TEXT, "0123abcd", "text/html; charset=utf-8", "public, max-age=10")
CODINGS = ("br", "zstd", "gzip", "")
_READ = {
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
    "gzip": gzip.decompress,
    "": bytes,
}


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", ""),
        ("identity", ""),
        ("gzip, deflate, br, zstd", "br"),  # Chrome and Firefox by HTTPS
        ("gzip, deflate, br", "br"),  # Safari
        ("gzip, deflate", "gzip"),  # any of them by HTTP
        ("zstd, gzip", "zstd"),
        ("GZIP;Q=1.0", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br ; q=0.000 , zstd; q=0, gzip;q=0.001", "gzip"),
        ("*", ""),
        ("deflate", ""),
        ("bright, x-gzip", ""),
        (";;;,,,q=0,\xff", ""),
    ],
)
def test_the_coding_is_one_that_the_client_names(accepted: str, chosen: str) -> None:
    assert content_coding.choose(accepted.encode("latin-1")) == chosen


@pytest.mark.parametrize("compressors", [QUICK, THOROUGH])
@pytest.mark.parametrize("coding", CODINGS)
def test_a_body_is_the_same_in_every_coding(compressors: Compressors, coding: str) -> None:
    made = Representations(CONTENT, compressors).get(coding.encode())
    headers = dict(made.headers)
    assert _READ[coding](made.body) == TEXT
    assert headers[b"content-length"] == str(len(made.body)).encode()
    assert headers.get(b"content-encoding", b"") == coding.encode()
    assert headers[b"vary"] == b"accept-encoding"
    assert headers[b"cache-control"] == b"public, max-age=10"
    assert len(made.body) < len(TEXT) / 10 or not coding


def test_a_body_is_compressed_once_and_only_when_it_is_asked_for() -> None:
    calls: list[str] = []

    def counting(coding: str) -> content_coding.Compressors:
        def compress(body: bytes) -> bytes:
            calls.append(coding)
            return QUICK[coding](body)

        return {coding: compress}

    kept = Representations(CONTENT, counting("br") | counting("gzip"))
    assert kept.peek(b"br") is None
    first = kept.get(b"gzip, br")
    assert kept.get(b"br") is kept.peek(b"br") is first
    assert calls == ["br"]
    kept.get(b"gzip")
    kept.get(b"gzip")
    assert calls == ["br", "gzip"]


@pytest.mark.parametrize("coding", CODINGS)
def test_a_tag_is_of_one_coding(coding: str) -> None:
    kept = Representations(CONTENT, QUICK)
    tags = {each: dict(kept.get(each.encode()).headers)[b"etag"] for each in CODINGS}
    assert all(tag.startswith(b'W/"0123abcd') for tag in tags.values())
    known = [each for each in CODINGS if kept.get(each.encode()).is_known_by(tags[coding])]
    assert known == [coding]
    made = kept.get(coding.encode())
    # Weak comparison: a proxy may have made a strong tag of it; and there may be several.
    assert made.is_known_by(tags[coding].removeprefix(b"W/"))
    assert made.is_known_by(b'"older", ' + tags[coding])
    assert not made.is_known_by(b"")
    assert not made.is_known_by(b'W/"0123abcd-')
    unchanged = dict(made.headers_without_body)
    assert unchanged[b"etag"] == tags[coding]
    assert {b"cache-control", b"vary"} <= set(unchanged)
    assert b"content-encoding" not in unchanged
