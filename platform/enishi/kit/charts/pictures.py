"""SVG of ours as PNG, for previews of shared addresses, which show no SVG.

Text becomes pixels here, so the server needs a Japanese font, unlike for charts. Without one there
is no picture, rather than one with empty boxes for letters.
"""

import asyncio

from enishi.kit.cache import SharedCache

FONTS = "Noto Sans CJK JP, Noto Sans JP, BIZ UDPGothic, IPAexGothic, sans-serif"
"""For the SVG's root: without a family, the renderer draws no text at all."""

_SECONDS = 3600
_PROBE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
    '<text x="4" y="32" font-size="30" font-family="%s">%s</text></svg>'
)
_drawn: SharedCache[bytes] = SharedCache(seconds=_SECONDS, size=64)
_can_write: SharedCache[bool] = SharedCache(seconds=_SECONDS, size=1)


async def png(svg: str) -> bytes:
    """The picture in the size of the SVG; equal SVGs are drawn once. Takes a third of a second."""
    return await _drawn.get(svg, lambda: asyncio.to_thread(_render, svg))


async def can_write_japanese() -> bool:
    """Whether the server has a font with Japanese letters."""
    return await _can_write.get("", lambda: asyncio.to_thread(_two_letters_differ))


def _two_letters_differ() -> bool:
    """Letters that no font has are drawn as the same empty box, or as nothing."""
    return _render(_PROBE % (FONTS, "縁")) != _render(_PROBE % (FONTS, "議"))


def _render(svg: str) -> bytes:
    import vl_convert  # noqa: PLC0415 (only where pictures are drawn)

    return vl_convert.svg_to_png(svg)
