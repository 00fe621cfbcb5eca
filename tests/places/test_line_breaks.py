"""Names of places are never torn at the end of a line."""

import pytest

from enishi import wiring
from enishi.kit import line_breaks
from enishi.places import queries as places
from enishi.places.gazetteer import gazetteer

SENTENCES = ("{}", "{}で暮らす", "{}に移住した", "「{}で暮らす」ということ", "これからの{}を考える")
wiring.register_all()


def torn(name: str, sentence: str) -> bool:
    """Whether a break stands inside the name."""
    begin = sentence.index("{}")
    position = 0
    for phrase in line_breaks.split(sentence.format(name)):
        if begin < position < begin + len(name):
            return True
        position += len(phrase)
    return False


@pytest.mark.parametrize("sentence", SENTENCES)
def test_no_name_of_a_municipality_is_torn(sentence: str) -> None:
    of_all = [
        name
        for place in gazetteer().by_code.values()
        for name in {place.name, place.full_name, place.name.replace("ケ", "ヶ")}
    ]
    assert len(of_all) > 1900
    assert [name for name in of_all if torn(name, sentence)] == []


def test_without_the_names_some_are_torn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the model alone does."""
    monkeypatch.setattr(line_breaks, "_sources", [])
    line_breaks._whole_words.cache_clear()
    names = [place.name for place in gazetteer().by_code.values() if place.is_municipality]
    assert len([name for name in names if torn(name, "{}")]) > 100
    monkeypatch.undo()
    line_breaks._whole_words.cache_clear()


def test_a_prefecture_and_its_municipality_may_be_parted() -> None:
    assert line_breaks.split("滋賀県蒲生郡日野町") == ["滋賀県", "蒲生郡日野町"]
    assert line_breaks.split("東京都府中市") == ["東京都", "府中市"]


def test_names_are_registered_once() -> None:
    wiring.register_all()
    assert line_breaks._sources.count(places.written_names) == 1
