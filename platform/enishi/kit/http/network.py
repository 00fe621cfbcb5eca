"""Where a request comes from, as coarsely as limits need it. Never stored, never logged."""

import ipaddress
from collections.abc import Collection

_IPV4_BITS = 24
_IPV6_BITS = 56  # what providers hand to one household


def client_address(peer: str, forwarded_for: str, trusted: Collection[str]) -> str:
    """The client's address: of X-Forwarded-For only what trusted proxies have added.

    Read from the right: the first address that is no proxy of ours is the client's. Everything
    left of it was written by the client.
    """
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    address = peer
    while address in trusted and hops:
        address = hops.pop()
    return address


def network_of(address: str) -> str:
    """The /24 (IPv4) or /56 (IPv6) around the address; the text itself if it is neither."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    bits = _IPV4_BITS if ip.version == 4 else _IPV6_BITS
    return str(ipaddress.ip_network((ip, bits), strict=False))
