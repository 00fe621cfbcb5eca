"""Photographs re-encoded: in several sizes, without metadata, and never as they were sent.

Decoding is the dangerous part. The format is chosen from three by the first bytes, the number of
pixels is read from the header before any is decoded, and one picture at a time is decoded in a
process, because fifty million pixels take 200 MB. What is stored is made of pixels alone: no EXIF
(which holds where and when), no comments, no thumbnails, no colour profile.
"""

import asyncio
import io
import struct
import warnings
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, features

from enishi.programmes.photographs.errors import (
    NoPictureError,
    TooHeavyError,
    TooManyPixelsError,
    TooSmallError,
)

LARGEST_FILE = 15_000_000  # bytes
WEBP, AVIF = "image/webp", "image/avif"
WIDTHS = (400, 800, 1600)
_FORMATS = ("JPEG", "PNG", "WEBP")
_MOST_PIXELS, _LONGEST_SIDE, _SHORTEST_SIDE = 50_000_000, 12_000, 320
_TALLEST = 3  # times the width: nothing taller is shown whole on a phone
_SETTINGS: dict[str, tuple[str, dict[str, int]]] = {
    WEBP: ("WEBP", {"quality": 78, "method": 4}),
    AVIF: ("AVIF", {"quality": 58, "speed": 8, "max_threads": 1}),
}
_UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, struct.error, MemoryError,
)  # fmt: skip
_one_at_a_time = asyncio.Semaphore(1)


@dataclass(frozen=True)
class Picture:
    """One size of a photograph: media type -> bytes."""

    width: int
    height: int
    encoded: dict[str, bytes]


async def prepare(sent: bytes) -> list[Picture]:
    """The sizes of a sent photograph, the smallest first.

    Raises TooHeavyError, NoPictureError, TooManyPixelsError or TooSmallError.
    """
    if len(sent) > LARGEST_FILE:
        raise TooHeavyError
    async with _one_at_a_time:
        return await asyncio.to_thread(_prepare, sent)


def media_types() -> tuple[str, ...]:
    """What this installation can encode, the preferred one first."""
    return (AVIF, WEBP) if features.check("avif") else (WEBP,)


def _prepare(sent: bytes) -> list[Picture]:
    picture = _decoded(sent)
    widths = sorted({min(width, picture.width) for width in WIDTHS})
    return [_encoded(picture, width) for width in widths]


def _decoded(sent: bytes) -> Image.Image:
    """Upright pixels in sRGB, on white where the picture is transparent."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(sent), formats=_FORMATS) as opened:
                _check_size(opened.width, opened.height)
                opened.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))  # JPEG decodes to a fraction
                opened.load()
                return _plain(ImageOps.exif_transpose(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixelsError from error
    except _UNREADABLE as error:
        raise NoPictureError from error


def _check_size(width: int, height: int) -> None:
    if width * height > _MOST_PIXELS or max(width, height) > _LONGEST_SIDE:
        raise TooManyPixelsError
    if min(width, height) < _SHORTEST_SIDE:
        raise TooSmallError


def _plain(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    has_alpha = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    if has_alpha:
        layer = picture.convert("RGBA")
        plain = Image.new("RGB", layer.size, "white")
        plain.paste(layer, mask=layer.getchannel("A"))
    elif profile and picture.mode in {"RGB", "CMYK", "L"}:
        plain = _in_srgb(picture, profile)
    else:
        plain = picture.convert("RGB")
    tallest = plain.width * _TALLEST
    if plain.height > tallest:
        top = (plain.height - tallest) // 2
        plain = plain.crop((0, top, plain.width, top + tallest))
    plain.info = {}
    return plain


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Phones store wide-gamut colours, which without their profile would look dull."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(
            picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return picture.convert("RGB")
    return made or picture.convert("RGB")


def _encoded(picture: Image.Image, width: int) -> Picture:
    height = max(1, round(picture.height * width / picture.width))
    if width == picture.width:
        sized = picture
    else:
        sized = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return Picture(width, height, {kind: _bytes(sized, kind) for kind in media_types()})


def _bytes(picture: Image.Image, media_type: str) -> bytes:
    name, settings = _SETTINGS[media_type]
    written = io.BytesIO()
    picture.save(written, name, exif=b"", icc_profile=None, **settings)
    return written.getvalue()
