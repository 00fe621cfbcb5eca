"""Labels of the keys of a breakdown, read from lists that come in pages."""

import pytest
from tests.consultations.build import make_dialogue

from enishi.statistics import key_labels
from enishi.statistics.metrics import Dimension


async def test_dialogues_beyond_the_first_page_have_their_titles_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(key_labels, "_PAGE", 2)
    made = [await make_dialogue(title={"ja": f"対話{n}"}) for n in range(5)]
    label = await key_labels.get_labeller(Dimension.SUBJECT)
    assert [label(f"consultation {each.id}") for each in made] == [f"対話{n}" for n in range(5)]
