from typing import Any

import httpx
import pytest

from enishi.kit.forms import Form, check
from enishi.kit.schema import Schema
from enishi.places import queries as places
from enishi.places.gazetteer import DATA
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


@pytest.mark.parametrize(
    ("typed", "said", "offered"),
    [
        ("清水市", "清水市は、2003年から静岡県静岡市です。", ["静岡県静岡市", "高知県土佐清水市"]),
        ("静岡県清水市", "清水市は、2003年から静岡県静岡市です。", ["静岡県静岡市"]),
        ("富士郡芝川町", "芝川町は、2010年から静岡県富士宮市です。", ["静岡県富士宮市"]),
        ("篠山市", "篠山市は、2019年から兵庫県丹波篠山市です。", ["兵庫県丹波篠山市"]),
        ("大宮市", "大宮市は、2001年から埼玉県さいたま市です。", ["埼玉県さいたま市"]),
        ("長野県山口村", "山口村は、2005年から岐阜県中津川市です。", ["岐阜県中津川市"]),
        (
            "上九一色村",
            "上九一色村は、2006年から山梨県富士河口湖町です。",
            ["山梨県甲府市", "山梨県富士河口湖町"],
        ),
        ("三根町", "三根町は、2005年から佐賀県みやき町です。", ["佐賀県みやき町"]),
        ("平市", "「平市」という市区町村は見つかりませんでした。", ["東京都小平市"]),
        ("飛騨町", "「飛騨町」という市区町村は見つかりませんでした。", ["岐阜県飛騨市"]),
        ("土佐清水", "", []),
        ("506", "候補が複数", ["岐阜県高山市", "岐阜県飛騨市"]),
    ],
)
def test_no_place_is_chosen_that_only_contains_what_was_typed(
    typed: str, said: str, offered: list[str]
) -> None:
    form = sent(home__text=typed, home__code="")
    if not said:  # the whole name of one place, without its kind
        assert form.value is not None
        return
    assert form.value is None
    assert said in form.error("home")
    page = render(form)
    assert f'value="{typed}"' in page
    for label in offered:
        assert f">{label}</option>" in page
    assert "selected>" not in page.split('id="f-home-code"')[1].split("</select>")[0]


def test_a_name_of_today_with_a_former_namesake_elsewhere_is_asked_about() -> None:
    form = sent(home__text="南部町", home__code="")
    assert "南部町は、2004年から和歌山県みなべ町です。" in form.error("home")
    assert "青森県南部町" in render(form)


async def test_the_list_of_candidates_begins_with_what_a_former_one_became(
    visitor: httpx.AsyncClient,
) -> None:
    answer = await visitor.get("/ja/places/search", params={"q": "清水市"})
    assert answer.json()["places"][0] == {
        "code": "221007",
        "label": "静岡県静岡市",
        "reading": "清水市は、2003年から静岡県静岡市です。",
    }
    page = (await visitor.get("/en/places", params={"q": "清水市"})).text
    assert "清水市 has been Shizuoka City, Shizuoka since 2003." in page


def test_every_former_name_leads_to_a_municipality_of_today() -> None:
    rows = [
        line.split("\t")
        for line in (DATA / "former.tsv").read_text("utf-8").splitlines()
        if not line.startswith("#")
    ][1:]
    assert len(rows) > 1800
    for prefecture, district, name, code, since in rows:
        place = places.find_municipality(code)
        assert place is not None, name
        assert places.find_prefecture(prefecture) is not None
        assert "1999-04-01" <= since <= "2026-11-01"
        found = places.search(district + name).former
        assert place.name == name or place in [each.place for each in found]
