"""Every test of ties looks at pages and counts anew."""

from collections.abc import Iterator

import pytest
from tests.consultations.build import forget as forget_dialogues

from enishi.statistics.queries import ties


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    ties.forget()
    forget_dialogues()
    yield
    ties.forget()
    forget_dialogues()
