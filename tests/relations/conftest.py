"""Every test of ties looks at pages and counts anew."""

from collections.abc import Iterator

import pytest
from tests.consultations.build import invalidate as invalidate_consultations

from enishi.statistics.queries import ties


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    ties.invalidate()
    invalidate_consultations()
    yield
    ties.invalidate()
    invalidate_consultations()
