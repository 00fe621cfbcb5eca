"""A6: X-Forwarded-For is read as one list, from the right, and a port makes no new network."""

from typing import Any

import pytest

from enishi.kit.http import network

PROXIES = ("10.0.0.1", "10.0.0.2", "2001:db8::1")


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("198.51.100.1:50123", "198.51.100.1"),
        ("[2001:db8:7::9]:443", "2001:db8:7::9"),
        ("[2001:db8:7::9]", "2001:db8:7::9"),
        ('"[2001:db8:7::9]:443"', "2001:db8:7::9"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("198.51.100.1, 10.0.0.2:8080", "198.51.100.1"),
        ("198.51.100.1, 2001:0db8::0001", "198.51.100.1"),
        # What is no address counts as the proxy that passed it on.
        ("6.6.6.6, unknown", "10.0.0.1"),
        ("6.6.6.6, unknown, 10.0.0.2", "10.0.0.2"),
        ("6.6.6.6, _hidden", "10.0.0.1"),
        ("6.6.6.6, 999.9.9.9", "10.0.0.1"),
    ],
)
def test_ports_brackets_and_words(forwarded: str, address: str) -> None:
    assert network.client_address("10.0.0.1", forwarded, PROXIES) == address


def test_a_forged_line_in_front_of_the_proxys_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Trusting:
        trusted_proxies = PROXIES

    monkeypatch.setattr(network, "get_settings", Trusting)
    for forged in (b"6.6.6.6", b"6.6.6.7", b"unknown", b"10.0.0.2", b","):
        scope: Any = {
            "client": ("10.0.0.1", 1),
            "headers": [
                (b"x-forwarded-for", forged),
                (b"host", b"enishi.test"),
                (b"x-forwarded-for", b"198.51.100.1"),
            ],
        }
        assert network.network_of_request(scope) == "198.51.100.0/24"
        assert network.address_of_request(scope) == "198.51.100.1"
