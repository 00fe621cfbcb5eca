"""The number beside an option is that of the list it leads to; an empty list offers others."""

import itertools
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.programmes.listed import make_date, make_programme
from tests.programmes.test_conditions import at
from tests.programmes.test_finding import found, listed

from enishi.kit import clock
from enishi.programmes.finding import queries
from enishi.programmes.listings.filters import ProgrammeFilter, read_filter
from enishi.programmes.pages.choices import months


async def _varied() -> None:
    """Programmes that differ in every condition, some with two sessions."""
    kinds = itertools.cycle(("experience", "helping", "online"))
    themes = itertools.cycle(("birth-rate", "", "local-industry"))
    coming = clock.today()
    for n in range(14):
        where = ("210005", "212172") if n % 3 else ("470007", "473821")
        programme = await make_programme(
            prefecture_code=where[0], municipality_code=where[1], kind=next(kinds),
            theme_code=next(themes), fee_adult=(0, 2500, None, 9000)[n % 4],
            fee_child=(0, None, None, 4000)[n % 4], age_min=(None, 3, 12)[n % 3],
            minors=("accompanied", "not_admitted")[n % 2], wheelchair=n % 5 == 0,
        )  # fmt: skip
        for m in range(1 + n % 2):
            first = coming + timedelta(days=5 + 17 * n + 40 * m)
            begins, ends = at(first), at(first + timedelta(days=(0, 1, 4, 0)[(n + m) % 4]), 14)
            await make_date(
                programme, starts_at=begins, ends_at=ends, closes_at=begins, taken=(0, 9)[n % 2]
            )


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"prefecture": "210005"},
        {"municipality": "212172", "children": True},
        {"kind": "helping", "length": "stay"},
        {"adults": 2, "child_count": 1, "cost": "10000"},
        {"places": True, "adults": 2, "season": "winter"},
        {"weekend": True, "wheelchair": True},
        {"q": "棚田", "child_age": 4},
    ],
    ids=str,
)
async def test_the_number_beside_an_option_is_that_of_the_list_it_leads_to(
    conditions: dict[str, Any],
) -> None:
    await _varied()
    wanted = ProgrammeFilter.model_validate(conditions)
    browsed = await queries.browse(wanted, None, months(""))
    assert browsed.total == await queries.count_public(wanted)
    checked = 0
    for name, counts in browsed.counts.by_name.items():
        for value, count in counts.items():
            led_to = read_filter([*_sent(wanted, name), (name, value)])
            assert count == await queries.count_public(led_to), (name, value)
            checked += 1
    assert checked > 60


def _sent(wanted: ProgrammeFilter, name: str) -> list[tuple[str, str]]:
    """The conditions as the form sends them, without one."""
    query = httpx.QueryParams(wanted.query().lstrip("?"))
    return [(each, value) for each, value in query.multi_items() if each != name]


async def test_without_a_result_one_condition_less_is_offered(visitor: httpx.AsyncClient) -> None:
    for _ in range(2):
        await listed(wheelchair=True, kind="helping")
    await listed(wheelchair=False, kind="online")
    page = await visitor.get("/ja/programmes?wheelchair=yes&kind=online")
    assert found(page) == []
    first, second = page.text.index("オンライン」を外す：2件"), page.text.index("」を外す：1件")
    assert first < second
    assert 'href="/ja/programmes?wheelchair=yes"' in page.text
    both = await visitor.get("/ja/programmes?wheelchair=yes&kind=online&cost=free")
    assert "条件を一つだけ外しても、見つかるものはありません" in both.text


async def test_the_form_shows_numbers_and_keeps_what_was_chosen(visitor: httpx.AsyncClient) -> None:
    await listed(kind="helping")
    await listed(kind="online", fee_adult=0, fee_child=0)
    page = (await visitor.get("/ja/programmes?adults=2&child_count=1&q=棚田&since=2026-12-01")).text
    assert 'value="棚田"' in page
    assert 'value="2026-12-01" id="f-since"' in page
    assert '<option value="2" selected>大人2人</option>' in page
    assert '<option value="free">無料（1）</option>' in page
    assert "いま空きがある（2）" in page
    assert "全員で7,500円" in page
    english = (await visitor.get("/en/programmes?adults=2")).text
    assert '<option value="2" selected>2 adults</option>' in english


async def test_a_day_that_cannot_be_read_is_told_at_its_field_and_kept(
    visitor: httpx.AsyncClient,
) -> None:
    fits = await listed(wheelchair=True)
    await listed()
    page = await visitor.get("/ja/programmes?since=いつか&wheelchair=yes")
    assert page.status_code == 422
    assert 'id="e-since"' in page.text
    assert 'value="いつか"' in page.text
    assert f'/ja/programmes/{fits}"' in page.text
    assert page.text.count("card__link") == 1
    assert (await visitor.get("/ja/programmes?q=" + "長" * 61)).status_code == 422
    # In a feed nobody reads a message beside a field.
    assert (await visitor.get("/ja/programmes/feed.xml?since=x")).status_code == 422
