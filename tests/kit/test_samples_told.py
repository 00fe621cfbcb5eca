"""Whether the site holds samples is asked once for many pages, and anew after a while."""

from collections.abc import Iterator

import httpx
import pytest

from enishi.kit import page_cache

_PAGES = ("/ja/statistics/definitions", "/ja/places")


@pytest.fixture
def answers() -> Iterator[list[bool]]:
    """What the check says, the next one last; what is left was not asked for."""
    prepared: list[bool] = []

    async def check() -> bool:
        return prepared.pop()

    registered = page_cache._sample_checks
    page_cache.set_sample_checks(check)
    page_cache.invalidate()
    yield prepared
    page_cache.set_sample_checks(*registered)
    page_cache.invalidate()


async def test_pages_say_it_after_one_question_and_stop_when_the_samples_are_gone(
    visitor: httpx.AsyncClient, answers: list[bool]
) -> None:
    async def told() -> list[bool]:
        return ["見本データ" in (await visitor.get(page)).text for page in _PAGES]

    answers += [False, True]
    assert await told() == [True, True]
    assert answers == [False]
    page_cache.invalidate()  # as time does, after a few seconds
    assert await told() == [False, False]
    assert answers == []
