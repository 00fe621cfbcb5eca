import re

import httpx
import pytest

CENSUS_DAY = {"ja": "2020年10月1日", "en": "1 October 2020"}


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_the_index_shows_every_prefecture_with_code_and_population(
    visitor: httpx.AsyncClient, language: str
) -> None:
    page = await visitor.get(f"/{language}/places")

    assert page.status_code == 200
    assert "public" in page.headers["cache-control"]
    codes = re.findall(r"places/prefectures/([0-9]{6})", page.text)
    assert len(set(codes)) == 47
    assert "14,047,594" in page.text
    assert CENSUS_DAY[language] in page.text


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_a_prefecture_lists_its_municipalities_and_wards_with_their_figures(
    visitor: httpx.AsyncClient, language: str
) -> None:
    page = await visitor.get(f"/{language}/places/prefectures/220001")

    assert page.status_code == 200
    for code in ("221309", "221384", "221392", "221406"):
        assert code in page.text
    assert "221317" not in page.text
    assert "790,718" in page.text
    assert {"ja": "数値なし", "en": "No figure"}[language] in page.text
    assert CENSUS_DAY[language] in page.text


@pytest.mark.parametrize("code", ["221309", "999999", "1"])
async def test_only_prefectures_have_such_a_page(visitor: httpx.AsyncClient, code: str) -> None:
    assert (await visitor.get(f"/ja/places/prefectures/{code}")).status_code == 404


async def test_a_search_without_scripts_tells_namesakes_apart(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/ja/places", params={"q": "日野町"})
    assert "鳥取県日野町" in page.text
    assert "滋賀県日野町" in page.text
    assert 'value="日野町"' in page.text

    nothing = await visitor.get("/ja/places", params={"q": "<b>zz"})
    assert "見つかりませんでした" in nothing.text
    assert "<b>zz" not in nothing.text


async def test_the_candidates_of_the_picker_are_public_and_in_the_readers_language(
    visitor: httpx.AsyncClient,
) -> None:
    answer = await visitor.get("/en/places/search", params={"q": "ふちゅうし"})

    assert answer.headers["cache-control"].startswith("public")
    assert answer.json() == {
        "places": [
            {"code": "132063", "label": "Fuchu City, Tokyo", "reading": "Fuchū-shi"},
            {"code": "342084", "label": "Fuchu City, Hiroshima", "reading": "Fuchū-shi"},
        ],
        "more": False,
    }
    empty = await visitor.get("/ja/places/search")
    assert empty.json() == {"places": [], "more": False}
    endless = await visitor.get("/ja/places/search", params={"q": "あ" * 5000})
    assert endless.status_code == 200


@pytest.mark.parametrize(
    ("language", "title"),
    [("ja", "東京圏への過度な一極集中への対応"), ("en", "Easing the over-concentration")],
)
async def test_the_ten_themes_are_shown_with_their_summaries(
    visitor: httpx.AsyncClient, language: str, title: str
) -> None:
    page = await visitor.get(f"/{language}/themes")

    assert page.status_code == 200
    assert title in page.text.replace("<wbr>", "")
    assert page.text.count('class="card__title"') == 10
    assert ("やさしい日本語で読む" in page.text) == (language == "ja")
