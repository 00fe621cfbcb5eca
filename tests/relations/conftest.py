"""Every test of ties looks at pages and counts anew."""

from collections.abc import Iterator

import pytest
from tests.consultations.build import forget as forget_dialogues

from enishi.relations import release


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    release.forget()
    forget_dialogues()
    yield
    release.forget()
    forget_dialogues()
