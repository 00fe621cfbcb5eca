"""Each test rolls back on top of the sample."""

import pytest


@pytest.fixture
async def rollback(sample: None, rollback: None) -> None:
    """The transaction of a test begins once the sample is in."""
