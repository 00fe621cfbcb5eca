"""Every test of ties looks at pages and counts anew."""

from collections.abc import Iterator

import pytest
from tests.consultations.build import invalidate as invalidate_consultations

from enishi.statistics.queries import registered_people


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    registered_people.invalidate()
    invalidate_consultations()
    yield
    registered_people.invalidate()
    invalidate_consultations()
