"""Security headers, and the check that a write was asked for by a page of ours."""

from urllib.parse import urlsplit

from enishi.settings import Settings

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
_UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "payment",
    "usb",
)
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def headers(settings: Settings) -> list[tuple[bytes, bytes]]:
    """Headers of every answer. A handler that sets one of them itself wins."""
    chosen = {
        "cache-control": "no-store",  # a page says so itself where it may be kept
        "content-security-policy": "; ".join(_CONTENT_SECURITY_POLICY),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
        "referrer-policy": "same-origin",  # addresses of receipts are secrets
        "x-content-type-options": "nosniff",
    }
    if settings.base_url.startswith("https://"):
        chosen["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return [(key.encode(), value.encode()) for key, value in chosen.items()]


def is_forged(method: str, headers: dict[bytes, str]) -> bool:
    """Whether a write may have been sent by another site in this browser's name.

    Browsers say where a request comes from (Sec-Fetch-Site; Origin in older ones); the cookie
    is SameSite besides. Without a cookie nobody's name is used, so programs need neither header.
    """
    if method in _SAFE_METHODS:
        return False
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    source = headers.get(b"origin") or headers.get(b"referer")
    if source is not None:
        return urlsplit(source).netloc != headers.get(b"host", "")
    return b"cookie" in headers
