"""Security headers, and the protection against cross-site request forgery."""

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
# Health checks and Prometheus use the IP address instead of the host name.
_MACHINE_PATHS = ("/healthz", "/readyz", "/metrics")


def headers(settings: Settings) -> list[tuple[bytes, bytes]]:
    """Headers of every response. A header that a handler sets itself takes precedence."""
    chosen = {
        "cache-control": "no-store",  # pages that may be cached override it
        "content-security-policy": "; ".join(_CONTENT_SECURITY_POLICY),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
        "referrer-policy": "same-origin",  # URLs of receipts are secrets
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
    """The only origin that the site serves; empty outside production, where any is served."""
    if settings.environment is not Environment.PRODUCTION:
        return ""
    return _origin(settings.base_url)


def is_foreign(path: str, headers: dict[bytes, bytes], own: str) -> bool:
    """Whether the Host header is not ours (a stray domain, DNS rebinding)."""
    if not own or path in _MACHINE_PATHS:
        return False
    return _text(headers.get(b"host")).lower() != urlsplit(own).netloc


def is_forged(method: str, headers: dict[bytes, bytes], own: str) -> bool:
    """Whether a write may be a cross-site request (CSRF).

    Browsers send the origin of a request (Sec-Fetch-Site; Origin in older ones), and the cookies
    are SameSite too. A request without a cookie carries no identity to abuse, so programs need
    neither header.
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
