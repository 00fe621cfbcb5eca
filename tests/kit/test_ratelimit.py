"""Buckets hold what they promise, also when requests come at once."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enishi.kit import clock, db, ratelimit
from enishi.kit.errors import TooManyRequestsError
from enishi.kit.http.network import client_address, network_of


async def test_a_bucket_gives_its_burst_and_then_one_each_interval() -> None:

    limit = ratelimit.Limit("test", 3, timedelta(minutes=3))
    start = clock.now()
    with clock.frozen_at(start):
        for _ in range(3):
            await ratelimit.take(limit, "a")
        with pytest.raises(TooManyRequestsError) as refused:
            await ratelimit.take(limit, "a")
        assert refused.value.retry_after == 60
        await ratelimit.take(limit, "b")
    with clock.frozen_at(start + timedelta(seconds=59)), pytest.raises(TooManyRequestsError):
        await ratelimit.take(limit, "a")
    with clock.frozen_at(start + timedelta(seconds=61)):
        await ratelimit.take(limit, "a")
    with clock.frozen_at(start + timedelta(days=1)):
        for _ in range(3):
            await ratelimit.take(limit, "a")
        with pytest.raises(TooManyRequestsError):
            await ratelimit.take(limit, "a")


async def test_parallel_requests_share_one_bucket(own_database: None) -> None:

    limit = ratelimit.Limit("test", 5, timedelta(days=1))

    async def taken() -> bool:
        try:
            await ratelimit.take(limit, "a")
        except TooManyRequestsError:
            return False
        return True

    assert sum(await asyncio.gather(*(taken() for _ in range(40)))) == 5


async def test_a_bucket_does_not_tell_whose_it_is() -> None:

    await ratelimit.take(ratelimit.Limit("test", 5, timedelta(days=1)), "hanako@example.jp")
    [row] = await db.fetch("SELECT key FROM kit_rate_bucket")
    assert len(row["key"]) == 32
    assert b"hanako" not in row["key"]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:aa:bbcc:1::1", "2001:db8:aa:bb00::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("", ""),
    ],
)
def test_networks_are_as_coarse_as_a_household(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.1", "198.51.100.1", "203.0.113.1"),  # nobody we trust said so
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # the client wrote 6.6.6.6
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_only_trusted_proxies_are_believed(peer: str, forwarded: str, address: str) -> None:
    assert client_address(peer, forwarded, ("10.0.0.1", "10.0.0.2")) == address


@settings(max_examples=50)
@given(st.text(max_size=20), st.text(max_size=40))
def test_no_text_breaks_the_reading_of_addresses(peer: str, forwarded: str) -> None:
    assert isinstance(network_of(client_address(peer, forwarded, ("10.0.0.1",))), str)
