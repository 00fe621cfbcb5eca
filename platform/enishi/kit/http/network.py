"""Where a request comes from, as coarsely as limits need it. Never stored, never logged."""

import ipaddress
from collections.abc import Collection
from functools import lru_cache

from litestar.types import HTTPScope

from enishi.settings import get_settings

_IPV4_BITS = 24
_IPV6_BITS = 56  # what providers hand to one household
FORWARDED_FOR = b"x-forwarded-for"


def client_address(peer: str, forwarded_for: str, trusted: Collection[str]) -> str:
    """The client's address: of X-Forwarded-For only what trusted proxies have added.

    `forwarded_for` is all lines of the header in their order, joined by commas. Read from the
    right: the first address that is no proxy of ours is the client's. Everything left of it was
    written by the client. A proxy that added no address ("unknown") counts as the client.
    """
    hops = [hop for hop in forwarded_for.split(",") if hop.strip()]
    address = _bare_address(peer) or peer
    while address in trusted and hops:
        hop = _bare_address(hops.pop())
        if hop is None:
            break
        address = hop
    return address


def _bare_address(hop: str) -> str | None:
    """The address of `192.0.2.1:80`, `[2001:db8::1]:80` or a bare one; None if it is none."""
    text = hop.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    ip = parse_address(text)
    return None if ip is None else str(ip)


def parse_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address in a text, an IPv4 one inside IPv6 as IPv4; None if it is none."""
    try:
        ip = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    return ip


def network_of(address: str) -> str:
    """The /24 (IPv4) or /56 (IPv6) around the address; the text itself if it is neither."""
    ip = parse_address(address)
    if ip is None:
        return address[:64]
    bits = _IPV4_BITS if ip.version == 4 else _IPV6_BITS
    return str(ipaddress.ip_network((ip, bits), strict=False))


def address_of_request(scope: HTTPScope) -> str:
    """The client's address of a request."""
    lines = b",".join(value for name, value in scope["headers"] if name == FORWARDED_FOR)
    return client_address(_peer(scope), lines.decode("latin-1"), get_settings().trusted_proxies)


def network_of_request(scope: HTTPScope) -> str:
    """The network that the limits count a request by."""
    lines = b",".join(value for name, value in scope["headers"] if name == FORWARDED_FOR)
    return cached_network(scope, lines)


def cached_network(scope: HTTPScope, forwarded_for: bytes) -> str:
    """As `network_of_request`, where the header was found already: 0.3 µs a vote."""
    return _network(_peer(scope), forwarded_for, get_settings().trusted_proxies)


def _peer(scope: HTTPScope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


@lru_cache(maxsize=10_000)
def _network(peer: str, forwarded_for: bytes, trusted: tuple[str, ...]) -> str:
    return network_of(client_address(peer, forwarded_for.decode("latin-1"), trusted))
