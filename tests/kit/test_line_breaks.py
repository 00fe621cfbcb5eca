"""Phrase breaks: nothing lost, nothing unsafe, words of the field whole."""

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from enishi.kit import line_breaks

_BREAKS = re.compile(r"</?span[^>]*>|<wbr>")
TEXTS = st.text(st.sampled_from("関係人口とは、地域のabc <>&\"'。ー２地域居住\n"), max_size=60)


@given(TEXTS)
def test_the_phrases_of_a_text_joined_are_the_text(text: str) -> None:
    assert "".join(line_breaks.split(text)) == text


@given(TEXTS)
def test_only_breaks_are_added_and_all_else_is_escaped(text: str) -> None:
    assert html.unescape(_BREAKS.sub("", line_breaks.phrases(text))) == text
    assert "<" not in _BREAKS.sub("", line_breaks.phrases(text))


@pytest.mark.parametrize("word", line_breaks.WHOLE_WORDS)
def test_a_word_of_the_field_stays_whole(word: str) -> None:
    for sentence in (f"{word}を増やす", f"これからの{word}と、{word}について"):
        breaks = {sum(map(len, line_breaks.split(sentence)[:i])) for i in range(1, 99)}
        for found in re.finditer(word, sentence):
            assert not breaks & set(range(found.start() + 1, found.end()))


def test_a_letter_is_not_parted_from_its_voiced_mark() -> None:
    text = unicodedata.normalize("NFD", "子どもたちが学べる場所で、プールであそぶ")
    assert not [each for each in line_breaks.split(text) if unicodedata.combining(each[0])]
    assert "".join(line_breaks.split(text)) == text


def test_breaks_stand_between_phrases() -> None:
    assert line_breaks.split("住んでいない土地とかかわる") == ["住んでいない", "土地と", "かかわる"]


def test_markup_keeps_its_tags_and_entities() -> None:
    made = line_breaks.phrases(Markup("道の駅&amp;<b>市場を</b>訪ねる"))
    assert _BREAKS.sub("", made) == "道の駅&amp;<b>市場を</b>訪ねる"


def test_a_text_without_japanese_comes_back_as_it_is() -> None:
    assert line_breaks.phrases("Talk & visit") == escape("Talk & visit")
