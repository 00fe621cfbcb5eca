from typing import Any

import pytest

from enishi.kit.forms import Form, check
from enishi.kit.schema import Schema
from enishi.places.picker import MunicipalityChoice, picker_state, while_choosing
from enishi.web.templates import environment


class Profile(Schema):
    name: str
    home: MunicipalityChoice
    second: MunicipalityChoice | None = None


def sent(**typed: str) -> Form[Profile]:
    fields = {name.replace("__", "."): [value] for name, value in typed.items()}
    return check({"name": ["花子"]} | fields, Profile)


def render(form: Form[Any] | None = None, chosen: str = "") -> str:
    template = environment().from_string(
        '{% from "places/picker.html" import municipality_picker %}'
        '{{ municipality_picker("home", "お住まい", form, chosen, required=true) }}'
    )
    return template.render(form=form, chosen=chosen)


@pytest.fixture(autouse=True)
def links(app: Any) -> None:
    """Links need the application's routes."""


def test_a_chosen_code_is_taken() -> None:
    form = sent(home__prefecture="250007", home__code="253839")
    assert form.value is not None
    assert form.value.home.code == "253839"
    assert form.value.second is None


@pytest.mark.parametrize("typed", ["蒲生郡日野町", "滋賀県日野町", "Hino Town, Shiga", "529-1601"])
def test_a_text_that_means_one_place_is_taken(typed: str) -> None:
    form = sent(home__text=typed, home__code="")
    assert form.value is not None
    assert form.value.home.code == "253839"


def test_a_text_that_may_mean_two_places_is_refused_with_both_to_choose_from() -> None:
    form = sent(home__text="日野町", home__code="")
    assert "候補が複数" in form.error("home")
    page = render(form)
    assert "鳥取県日野町" in page
    assert "滋賀県日野町" in page
    assert 'value="日野町"' in page


def test_an_unknown_name_is_refused_and_kept() -> None:
    form = sent(home__text="zzzz", home__code="")
    assert "見つかりませんでした" in form.error("home")
    assert 'value="zzzz"' in render(form)


def test_the_button_shows_the_municipalities_and_loses_nothing() -> None:
    form = sent(home__prefecture="313009", home__step="list", name="")
    form = while_choosing(
        check(
            {"name": [""], "home.prefecture": ["310000"], "home.step": ["list"]},
            Profile,
        ),
        "home",
    )
    assert form.value is None
    assert set(form.errors) == {"home"}
    page = render(form)
    assert '<option value="310000" selected>' in page
    assert '<option value="314021">日野町</option>' in page


def test_the_button_never_carries_the_form_out() -> None:
    form = sent(home__prefecture="310000", home__code="314021", home__step="list")
    assert form.value is None
    assert form.error("home") == "市区町村を選んでください。"


def test_a_municipality_of_another_prefecture_is_refused() -> None:
    form = sent(home__prefecture="250007", home__code="314021")
    assert "合っていません" in form.error("home")


@pytest.mark.parametrize("code", ["221384", "310000", "221317", "999999", "abc"])
def test_only_municipalities_of_today_may_be_chosen(code: str) -> None:
    assert sent(home__code=code).error("home") == "市区町村を選んでください。"


def test_an_optional_picker_may_stay_empty_and_a_required_one_may_not() -> None:
    form = sent(
        home__prefecture="", home__code="", home__text="", second__prefecture="", second__code=""
    )
    assert set(form.errors) == {"home"}
    assert form.error("home") == "市区町村を選んでください。"


def test_the_kept_place_is_shown_in_both_forms_of_the_control() -> None:
    page = render(chosen="314021")
    assert '<option value="310000" selected>鳥取県</option>' in page
    assert '<option value="314021" selected>日野町</option>' in page
    assert 'value="鳥取県日野町"' in page
    assert '<input type="hidden" name="home.code" value="314021">' in page


def test_what_was_emptied_is_not_filled_again_with_the_kept_place() -> None:
    form = sent(home__text="", home__code="")
    assert picker_state("home", form, "314021").chosen is None
