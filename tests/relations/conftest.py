"""Every test of registrations begins with empty caches."""

from collections.abc import Iterator

import pytest
from tests.consultations.build import invalidate as invalidate_consultations

from enishi.statistics.queries import registered_people


@pytest.fixture(autouse=True)
def empty_caches() -> Iterator[None]:
    registered_people.invalidate()
    invalidate_consultations()
    yield
    registered_people.invalidate()
    invalidate_consultations()
