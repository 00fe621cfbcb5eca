"""Security headers, and the check that a write was asked for by a page of ours."""

from urllib.parse import urlsplit

from enishi.kit.errors import EnishiError, ForbiddenError
from enishi.kit.i18n import gettext_lazy
from enishi.settings import Environment, Settings

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
# By the number of the machine instead of its name.
_ASKED_BY_MACHINES = ("/healthz", "/readyz", "/metrics")


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


class ForgedError(ForbiddenError):
    message = gettext_lazy(
        "安全のため、この操作を中止しました。ページを開き直してからもう一度お試しください。"
    )


class ForeignHostError(EnishiError):
    status_code = 421
    message = gettext_lazy("このアドレスでは、サービスを提供していません。")


def own_origin(settings: Settings) -> str:
    """The one origin that the site answers for; empty outside production: any will do."""
    if settings.environment is not Environment.PRODUCTION:
        return ""
    return _origin(settings.base_url)


def is_foreign(path: str, headers: dict[bytes, bytes], own: str) -> bool:
    """Whether a request names a host that is not ours (a stray domain, DNS rebinding)."""
    if not own or path in _ASKED_BY_MACHINES:
        return False
    return _text(headers.get(b"host")).lower() != urlsplit(own).netloc


def is_forged(method: str, headers: dict[bytes, bytes], own: str) -> bool:
    """Whether a write may have been sent by another site in this browser's name.

    Browsers say where a request comes from (Sec-Fetch-Site; Origin in older ones); the cookie
    is SameSite besides. Without a cookie nobody's name is used, so programs need neither header.
    """
    if method in _SAFE_METHODS:
        return False
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in (b"same-origin", b"none")
    source = headers.get(b"origin") or headers.get(b"referer")
    if source is None:
        return b"cookie" in headers
    if own:  # also where a proxy rewrote Host
        return _origin(_text(source)) != own
    host = _text(headers.get(b"host")).lower()
    return not host or _origin(_text(source)).partition("://")[2] != host


def _text(header: bytes | None) -> str:
    return (header or b"").decode("latin-1")


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url.lower())
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
