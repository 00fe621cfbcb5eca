"""Names of the site's cookies; headless, because sessions read them without a framework."""

from enishi.settings import get_settings


def is_secure() -> bool:
    """Whether the site is served over https."""
    return get_settings().base_url.startswith("https://")


def host_name(name: str) -> str:
    """The cookie's name in the browser: with the prefix `__Host-` over https."""
    return f"__Host-{name}" if is_secure() else name
