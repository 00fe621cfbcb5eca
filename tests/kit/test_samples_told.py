"""Whether the site holds samples is asked once for many pages, and anew after a while."""

from collections.abc import Iterator

import httpx
import pytest

from enishi import wiring
from enishi.kit import public

_PAGES = ("/ja/statistics/definitions", "/ja/places")


@pytest.fixture
def answers() -> Iterator[list[bool]]:
    """What the check says, the next one last; what is left was not asked for."""
    prepared: list[bool] = []

    async def check() -> bool:
        return prepared.pop()

    public.tell_samples_by(check)
    public.forget_pages()
    yield prepared
    wiring.register_all()
    public.forget_pages()


async def test_pages_say_it_after_one_question_and_stop_when_the_samples_are_gone(
    visitor: httpx.AsyncClient, answers: list[bool]
) -> None:
    async def told() -> list[bool]:
        return ["見本データ" in (await visitor.get(page)).text for page in _PAGES]

    answers += [False, True]
    assert await told() == [True, True]
    assert answers == [False]
    public.forget_pages()  # as time does, after a few seconds
    assert await told() == [False, False]
    assert answers == []
