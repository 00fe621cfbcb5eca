import httpx
import pytest
from tests.fixtures.operator_room import JOBS, enter, new_link


@pytest.fixture
async def room(visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    """The browser of an operator, signed in by the link."""
    answer = await enter(visitor, new_link())
    assert answer.status_code == 303
    assert answer.headers["location"] == JOBS
    return visitor
