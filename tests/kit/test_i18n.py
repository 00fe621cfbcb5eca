"""Japanese is the source, English is complete, and each reader is answered in one language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from pydantic import ValidationError

from enishi.kit import forms, i18n
from enishi.kit.i18n import Language, gettext, gettext_lazy, ngettext, preferred_language
from enishi.kit.localised import LocalisedText
from enishi.kit.schema import Schema


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue with one counted message, as a domain will have it."""
    known = i18n._catalogue()
    added = {"%(num)s人": ("%(num)s person", "%(num)s people"), "100％": "100 %"}
    monkeypatch.setattr(i18n, "_catalogue", lambda: known | added)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "ja"),
        ("ja", "ja"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("EN-gb", "en"),
        ("fr,de;q=0.9", "ja"),
        ("fr,en;q=0.5", "en"),
        ("en;q=0.8,ja", "ja"),
        ("ja;q=0.8,en;q=0.9", "en"),
        ("en,ja", "en"),
        ("ja,en", "ja"),
        ("en;q=0", "ja"),
        ("*", "ja"),
        ("en;q=0.1,*", "ja"),
        ("ja;q=0,*;q=0.5", "en"),
        ("en-US;q=0.2,ja;q=0.5,en;q=0.9", "en"),
        ("en;q=1.5,ja;q=0.1", "ja"),
        ("en;q=abc", "ja"),
        (" en ; q = 0.9 , ja ; q=0.3", "en"),
        ("english", "ja"),
        ("e\u0301n", "ja"),
        ("en;q=0." + "9" * 400 + ",ja;q=0.1", "en"),
        ("en," * 100_000, "en"),
    ],
)
def test_the_language_is_the_one_a_browser_likes_best(header: str, language: str) -> None:
    assert preferred_language(header) == language


@given(
    st.dictionaries(
        st.sampled_from(["ja", "en", "fr", "de-AT", "*"]), st.integers(0, 1000), min_size=1
    )
)
def test_no_language_of_ours_that_is_liked_less_wins(qualities: dict[str, int]) -> None:
    header = ", ".join(f"{name};q={value / 1000}" for name, value in qualities.items())
    chosen = preferred_language(header)
    others = qualities.get("*", 0)
    best = max(qualities.get(language, others) for language in Language)
    assert qualities.get(chosen, others) == best


@given(st.text(max_size=600))
def test_any_header_gives_a_language(header: str) -> None:
    assert preferred_language(header) in tuple(Language)


def test_a_message_is_said_in_the_language_of_the_block(counted: None) -> None:
    assert gettext("入力してください。") == "入力してください。"
    with i18n.speaking(Language.EN):
        assert gettext("入力してください。") == "Please fill this in."
        with i18n.speaking(Language.JA):
            assert gettext("入力してください。") == "入力してください。"
        assert gettext("入力してください。") == "Please fill this in."
        assert gettext("訳のない文") == "訳のない文"
        assert gettext("100％") == "100 %"


def test_a_counted_message_has_two_forms_in_english_and_one_in_japanese(counted: None) -> None:
    def say(number: int) -> str:
        return ngettext("%(num)s人", "%(num)s人", number)

    assert [say(number) for number in (0, 1, 2)] == ["0人", "1人", "2人"]
    with i18n.speaking(Language.EN):
        assert [say(number) for number in (0, 1, 2)] == ["0 people", "1 person", "2 people"]
        assert ngettext("%(num)s冊", "%(num)s冊たち", 2) == "2冊たち"


def test_a_lazy_message_is_said_when_it_is_read() -> None:
    lazy = gettext_lazy("%(min_length)s個以上選んでください。", min_length=2)
    outer = gettext_lazy("%(gt)sより大きい数を入力してください。").with_values(gt=lazy)
    assert str(lazy) == f"{lazy}" == "2個以上選んでください。"
    with i18n.speaking(Language.EN):
        assert str(lazy) == "Choose at least 2."
        assert str(outer) == "Enter a number greater than Choose at least 2.."


def test_a_lazy_message_is_escaped_in_a_page() -> None:
    lazy = gettext_lazy("%(text)s以上の数を入力してください。", text="<script>")
    assert escape(lazy) == "&lt;script&gt;以上の数を入力してください。"


class Card(Schema):
    title: LocalisedText
    note: LocalisedText | None = None


TEXTS = st.text(st.characters(exclude_categories=("C",)), max_size=8)


@given(
    ja=TEXTS.filter(str.strip),
    en=TEXTS,
    easy_ja=TEXTS,
    language=st.sampled_from(Language),
    easy=st.booleans(),
)
def test_a_reader_always_finds_a_text_and_knows_its_language(
    ja: str, en: str, easy_ja: str, language: Language, *, easy: bool
) -> None:
    text = LocalisedText(ja=ja, en=en, easy_ja=easy_ja)
    shown = text.text(language, easy=easy)
    assert shown
    if text.language_of_text(language) is Language.EN:
        assert (shown, language) == (text.en, Language.EN)
    else:
        assert shown == (text.easy_ja if easy and text.easy_ja else text.ja)
    with i18n.speaking(language):
        assert str(text) == text.text(language)
    assert LocalisedText.model_validate(text.model_dump()) == text


def test_the_japanese_text_is_asked_for_at_its_own_field() -> None:
    form = forms.check({"title.ja": [" "], "title.en": ["Festival"], "note.ja": [""]}, Card)
    assert form.errors == {"title.ja": "入力してください。"}
    assert form.text("title.en") == "Festival"
    assert forms.check({"note.en": ["Only English"]}, Card).errors == {
        "title.ja": "入力してください。",
        "note.ja": "入力してください。",
    }


def test_a_localised_text_takes_no_unknown_language() -> None:
    with pytest.raises(ValidationError):
        LocalisedText.model_validate({"ja": "祭り", "fr": "fête"})
