"""Forms keep what was typed and name every wrong field, in the reader's language."""

import typing
from datetime import date
from enum import StrEnum
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, field_validator
from pydantic_core import core_schema

from enishi.kit import forms, i18n, validation_messages
from enishi.kit.i18n import Language, gettext_lazy


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Person(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=10)]
    birth_year: Annotated[int, Field(ge=1900, le=2026)] | None = None


class Sample(BaseModel):
    title: Annotated[str, Field(min_length=1)]
    colours: list[Colour] = []
    party: Annotated[list[Person], Field(min_length=1)]
    starts_on: date | None = None

    @field_validator("title")
    @classmethod
    def _no_shouting(cls, title: str) -> str:
        if title.isupper():
            raise ValueError(gettext_lazy("実在する日付を入力してください。"))
        return title


def test_a_valid_form_becomes_a_model_with_lists_and_documents() -> None:
    form = forms.check(
        {
            "title": ["祭り"],
            "colours": ["red", "blue"],
            "party.0.name": ["花子"],
            "party.0.birth_year": ["1990"],
            "party.2.name": ["太郎"],
            "party.2.birth_year": [""],
            "starts_on": [""],
        },
        Sample,
    )
    assert form.errors == {}
    assert form.value == Sample(
        title="祭り",
        colours=[Colour.RED, Colour.BLUE],
        party=[Person(name="花子", birth_year=1990), Person(name="太郎")],
    )


def test_every_wrong_field_is_named_and_nothing_typed_is_lost() -> None:
    typed = {
        "title": [""],
        "colours": ["red", "plaid"],
        "party.0.name": ["あいうえおかきくけこさ"],
        "party.0.birth_year": ["ninety"],
        "starts_on": ["2026-02-30"],
    }
    form = forms.check(typed, Sample)

    assert form.value is None
    assert form.typed == typed
    assert form.errors == {
        "title": "入力してください。",
        "colours": "選択肢から選んでください。",
        "party.0.name": "10文字以内で入力してください。",
        "party.0.birth_year": "整数で入力してください。",
        "starts_on": "実在する日付を入力してください。",
    }


def test_a_missing_group_is_named_by_its_field() -> None:
    assert forms.check({"title": ["x"]}, Sample).errors == {"party": "1個以上選んでください。"}


def test_messages_are_said_in_english_too() -> None:
    with i18n.speaking(Language.EN):
        form = forms.check({"title": ["LOUD"], "party.0.name": [""]}, Sample)
    assert form.errors == {
        "title": "Enter a day that exists.",
        "party.0.name": "Please fill this in.",
    }


def test_every_kind_of_pydantic_error_has_a_sentence_without_placeholders_left() -> None:
    """Kinds a form can cause are listed by name; the rest share the general sentence."""
    kinds = set(typing.get_args(core_schema.ErrorType))
    assert set(validation_messages.MESSAGES) <= kinds
    samples: list[tuple[object, object]] = [
        (Annotated[int, Field(gt=3)], 1),
        (Annotated[int, Field(ge=3)], 1),
        (Annotated[int, Field(lt=3)], 7),
        (Annotated[int, Field(le=3)], 7),
        (Annotated[int, Field(multiple_of=3)], 7),
        (Annotated[str, Field(min_length=3)], "a"),
        (Annotated[str, Field(max_length=3)], "abcd"),
        (Annotated[list[int], Field(min_length=1)], []),
        (Annotated[list[int], Field(max_length=1)], [1, 2]),
        (Annotated[str, Field(pattern="^a$")], "b"),
        (Colour, "green"),
        (bool, "perhaps"),
    ]
    for language in Language:
        with i18n.speaking(language):
            for kind, value in samples:
                with pytest.raises(ValidationError) as caught:
                    TypeAdapter(kind).validate_python(value)
                sentence = validation_messages.explain(caught.value.errors()[0])
                assert "%(" not in sentence
                assert sentence.endswith(("。", "."))


names = st.text(st.sampled_from("atp.0129"), min_size=1, max_size=12) | st.sampled_from(
    ["title", "title.x", "party", "party.0", "party.0.name", "party.0.name.x", "party.99999.name"]
)


@given(st.dictionaries(names, st.lists(st.text(max_size=5), min_size=1, max_size=3)))
def test_no_set_of_names_breaks_a_form(typed: dict[str, list[str]]) -> None:
    form = forms.check(typed, Sample)
    assert (form.value is None) == bool(form.errors)
    assert set(form.typed) <= set(typed)


@pytest.mark.parametrize(
    ("name", "limit"), [("party.0.name", 10), ("party.7.name", 10), ("title", None)]
)
def test_a_template_asks_the_form_for_the_limit_of_a_field(name: str, limit: int | None) -> None:
    assert forms.longest(Sample, name) == limit


@pytest.mark.parametrize("name", ["titel", "title.ja", "party.0.nickname"])
def test_the_limit_of_a_field_that_does_not_exist_is_an_error(name: str) -> None:
    with pytest.raises(KeyError):
        forms.longest(Sample, name)
