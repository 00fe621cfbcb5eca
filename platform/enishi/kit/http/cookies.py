"""Cookies of the site: one way to name and to set them.

With https the name gets the prefix `__Host-`: browsers accept it only from this very host, over
https and with the path `/` (RFC 6265bis, 4.1.3.2). None is set on a page that caches may keep.
"""

from typing import Literal

from litestar.datastructures import Cookie

from enishi.kit.cookie_names import host_name, is_secure

__all__ = ["host_name", "make"]


def make(
    name: str, value: str, seconds: int, same_site: Literal["lax", "strict"] = "lax"
) -> Cookie:
    """A cookie under its host name; `seconds` 0 deletes it."""
    return Cookie(
        key=host_name(name),
        value=value,
        max_age=seconds,
        path="/",
        secure=is_secure(),
        httponly=True,
        samesite=same_site,
    )
