"""Guessing codes neither signs an attacker in nor locks the owner out."""

import httpx
import pytest
from tests.accounts.walks import ask_for_code, code_for, follow, send, sign_in, sign_up
from tests.fixtures.accounts import Browser, SignIn

from enishi.accounts import one_time_codes
from enishi.accounts.one_time_codes import Asker, CodeRefusedError
from enishi.accounts.service import sign_in as service
from enishi.accounts.tables import ChallengePurpose
from enishi.kit import clock
from enishi.kit.errors import TooManyRequestsError
from enishi.kit.i18n import Language

ADDRESS = "hanako@example.jp"
GUESSES = 10_000


def from_network(browser: Browser, address: str) -> Browser:
    """The same application, met from another network address."""
    transport = browser._transport
    assert isinstance(transport, httpx.ASGITransport)
    transport.client = (address, 4711)
    return browser


async def test_ten_thousand_guesses_let_nobody_in_and_keep_nobody_out(
    visitor: Browser, browser_of: SignIn
) -> None:
    """Guessed at the service, which every way in passes: a request each would only be slower."""
    await sign_up(from_network(visitor, "203.0.113.9"), ADDRESS)
    asker = Asker("198.51.100.0/24")
    judged = limited = asked = 0
    challenge_id = None
    with clock.frozen_at(clock.now()):  # as fast as can be: no bucket refills meanwhile
        for guess in range(GUESSES):
            if guess % one_time_codes.TRIES == 0:
                try:
                    challenge_id = await service.request_code(ADDRESS, asker, Language.JA)
                    asked += 1
                except TooManyRequestsError:
                    limited += 1
            assert challenge_id is not None
            try:
                await one_time_codes.prove(
                    ChallengePurpose.SIGN_IN, challenge_id, f"{guess:08}", asker
                )
            except TooManyRequestsError:
                limited += 1
            except CodeRefusedError:
                judged += 1
            else:
                pytest.fail("a guess was right")
    assert asked == 5
    assert judged == 300  # of which 25 met a challenge that had tries left
    assert judged + limited == GUESSES + GUESSES // one_time_codes.TRIES - asked

    # The owner, from their own network and a browser that has never been here.
    owner = from_network(await browser_of(None), "192.0.2.7")
    page = await follow(owner, await sign_in(owner, ADDRESS))
    assert page.status_code == 200


async def test_who_comes_back_with_their_browser_passes_a_flood_from_many_networks(
    visitor: Browser, browser_of: SignIn
) -> None:

    await sign_up(visitor, ADDRESS)
    refused = 0
    for number in range(100):
        try:
            await service.request_code(ADDRESS, Asker(f"10.0.{number}.0/24"), Language.JA)
        except TooManyRequestsError:
            refused += 1
    assert refused > 50

    stranger = await ask_for_code(from_network(await browser_of(None), "192.0.2.7"), ADDRESS)
    assert stranger.status_code == 429

    visitor.cookies.delete("enishi_session")
    page = await follow(visitor, await sign_in(visitor, ADDRESS))
    assert page.status_code == 200


async def test_a_refused_request_says_how_long_to_wait_and_the_wait_is_true(
    browser_of: SignIn,
) -> None:
    from datetime import timedelta

    browser = await browser_of(None)
    for _ in range(5):
        assert (await ask_for_code(browser, ADDRESS)).status_code == 303
    refused = await ask_for_code(browser, ADDRESS)
    assert refused.status_code == 429
    seconds = int(refused.headers["retry-after"])
    assert f"あと{-(-seconds // 60)}分" in refused.text
    assert f'value="{ADDRESS}"' in refused.text

    with clock.frozen_at(clock.now() + timedelta(seconds=seconds + 1)):
        page = await follow(browser, await ask_for_code(browser, ADDRESS))
        answer = await send(browser, page, "/sign-in/code", code=await code_for(ADDRESS))
        assert answer.status_code == 303


async def test_a_device_token_of_another_mailbox_lifts_no_limit(browser_of: SignIn) -> None:

    foreign = Asker("10.1.0.0/24", one_time_codes.device_token("someone@else.example"))
    for _ in range(5):
        await one_time_codes.count_request(ADDRESS, foreign)
    with pytest.raises(TooManyRequestsError):
        await one_time_codes.count_request(ADDRESS, foreign)
    await one_time_codes.count_request(
        ADDRESS, Asker("10.1.0.0/24", one_time_codes.device_token(ADDRESS))
    )
