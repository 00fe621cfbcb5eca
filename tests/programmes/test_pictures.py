"""Photographs are stored as pixels alone, in sizes; what is no photograph is refused early."""

import io
import struct
import zlib

import pytest
from PIL import Image, features

from enishi.kit.errors import EnishiError
from enishi.programmes.photographs import pictures
from enishi.programmes.photographs.errors import (
    NoPictureError,
    TooHeavyError,
    TooManyPixelsError,
    TooSmallError,
)
from enishi.programmes.photographs.pictures import AVIF, WEBP

_ORIENTATION, _GPS, _MODEL = 0x0112, 0x8825, 0x0110
SECRET = b"KeitaiOfHanako"


def drawn(width: int = 2000, height: int = 1000, mode: str = "RGB") -> Image.Image:
    """Red above, blue below."""
    picture = Image.new(mode, (width, height), "red")
    picture.paste("blue", (0, height // 2, width, height))
    return picture


def encoded(picture: Image.Image, name: str = "JPEG", **settings: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, name, **settings)
    return written.getvalue()


def with_exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    exif[_MODEL] = SECRET.decode()
    exif[_GPS] = {1: "N", 2: (36.0, 14.0, 17.0), 3: "E", 4: (137.0, 11.0, 10.0)}
    return encoded(drawn(), exif=exif, comment=SECRET)


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


async def test_a_photograph_becomes_three_sizes_in_each_format() -> None:
    sizes = await pictures.prepare(encoded(drawn()))
    assert [(each.width, each.height) for each in sizes] == [(400, 200), (800, 400), (1600, 800)]
    kinds = {WEBP, AVIF} if features.check("avif") else {WEBP}
    for each in sizes:
        assert set(each.encoded) == kinds
        for kind, content in each.encoded.items():
            made = opened(content)
            assert (made.format, made.size) == (
                kind.partition("/")[2].upper(), (each.width, each.height)
            )  # fmt: skip
            red, green, blue = made.convert("RGB").getpixel((10, 10))
            assert red > 200
            assert max(green, blue) < 60


async def test_nothing_of_where_when_and_by_which_camera_is_left() -> None:
    sent = with_exif()
    assert SECRET in sent  # the negative control
    assert opened(sent).getexif().get_ifd(_GPS)
    for each in await pictures.prepare(sent):
        for content in each.encoded.values():
            made = opened(content)
            assert not dict(made.getexif())
            assert not {"exif", "xmp", "icc_profile", "comment"} & set(made.info)
            assert SECRET not in content


@pytest.mark.parametrize(
    ("orientation", "size", "top_left_is_red"),
    [(1, (1600, 800), True), (3, (1600, 800), False), (6, (1000, 2000), False)],
)
async def test_a_photograph_stands_upright(
    orientation: int, size: tuple[int, int], *, top_left_is_red: bool
) -> None:
    largest = (await pictures.prepare(with_exif(orientation)))[-1]
    assert (largest.width, largest.height) == size
    red, _, blue = opened(largest.encoded[WEBP]).convert("RGB").getpixel((10, 10))
    assert (red > blue) is top_left_is_red


async def test_a_small_photograph_is_not_made_larger() -> None:
    sizes = await pictures.prepare(encoded(drawn(500, 400), "PNG"))
    assert [each.width for each in sizes] == [400, 500]


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "CMYK", "1", "I;16", "LA"])
async def test_each_kind_of_pixels_can_be_read(mode: str) -> None:
    if mode == "I;16":
        sent = encoded(Image.new(mode, (400, 400)), "PNG")
    elif mode == "CMYK":
        sent = encoded(drawn().convert(mode))
    else:
        sent = encoded(drawn().convert("RGB").convert(mode.replace("LA", "L")).convert(mode), "PNG")
    assert (await pictures.prepare(sent))[0].width == 400


async def test_what_is_transparent_becomes_white() -> None:
    sent = encoded(Image.new("RGBA", (400, 400), (0, 0, 0, 0)), "PNG")
    [made] = await pictures.prepare(sent)
    assert min(opened(made.encoded[WEBP]).convert("RGB").getpixel((9, 9))) > 250


async def test_colours_of_a_profile_are_converted_and_a_broken_one_is_ignored() -> None:
    for profile in (b"no profile", b""):
        sent = encoded(drawn(400, 400), icc_profile=profile or None)
        assert (await pictures.prepare(sent))[0].width == 400


def _png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims a size: a decompression bomb."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        summed = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", summed)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (b"", NoPictureError),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", NoPictureError),
        (b"%PDF-1.7", NoPictureError),
        (encoded(drawn(400, 400), "GIF"), NoPictureError),
        (encoded(drawn(400, 400), "TIFF"), NoPictureError),
        (encoded(drawn())[:3000], NoPictureError),
        (encoded(drawn(400, 400), "PNG")[:-40], NoPictureError),
        (_png_that_claims(60_000, 60_000), TooManyPixelsError),
        (_png_that_claims(12_001, 400), TooManyPixelsError),
        (_png_that_claims(9_000, 9_000), TooManyPixelsError),
        (_png_that_claims(4_000, 4_000), NoPictureError),
        (encoded(drawn(319, 900)), TooSmallError),
        (b"\xff\xd8\xff" + b"\0" * pictures.LARGEST_FILE, TooHeavyError),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else f"{len(value)} bytes",
)
async def test_what_is_no_photograph_or_too_large_is_refused(
    sent: bytes, refusal: type[EnishiError]
) -> None:
    with pytest.raises(refusal):
        await pictures.prepare(sent)


async def test_the_size_is_read_before_any_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("pixels were decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", refuse)
    with pytest.raises(TooManyPixelsError):
        await pictures.prepare(_png_that_claims(9_000, 9_000))
