"""The first page: what is open now, what was published, what happened; and nothing hidden."""

from datetime import timedelta

import httpx
import pytest
from tests.consultations.build import invalidate, make_dialogue
from tests.fixtures.programmes import MakeSession
from tests.fixtures.statements import statements_sent
from tests.statistics.cube_rows import put_all

from enishi.kit import clock, db
from enishi.statistics.cube_tables import find_table


async def text_of(visitor: httpx.AsyncClient) -> str:
    """The first page, without the places where a line may break."""
    return (await visitor.get("/ja/")).text.replace("<wbr>", "")


@pytest.fixture(autouse=True)
def anew() -> None:
    invalidate()


async def test_an_empty_site_says_what_to_do_next(visitor: httpx.AsyncClient) -> None:
    page = await text_of(visitor)
    assert "いま募集中の対話はありません" in page
    assert "いま空きのある体験・活動はありません" in page
    assert "最初の統計が公表されると" in page
    assert "最近の動き" not in page


async def test_it_shows_what_is_open_and_what_happened(
    visitor: httpx.AsyncClient, make_session: MakeSession
) -> None:
    await make_session()
    await make_dialogue(title={"ja": "水の値段をどう決めるか", "en": "", "easy_ja": ""})
    page = await text_of(visitor)
    assert page.count("水の値段をどう決めるか") == 2  # open, and that it opened
    assert page.count("田植え") == 2  # to go to, and that it is new
    assert "対話の募集が始まりました" in page
    assert "体験・活動の募集が始まりました" in page


async def test_drafts_withdrawn_and_full_ones_are_not_there(
    visitor: httpx.AsyncClient, make_session: MakeSession
) -> None:
    now = clock.now()
    await make_dialogue(title={"ja": "下書きの対話", "en": "", "easy_ja": ""}, published_at=None)
    await make_dialogue(
        title={"ja": "取り下げた対話", "en": "", "easy_ja": ""},
        withdrawn_at=now,
        withdrawn_reason={"ja": "重なりました", "en": "", "easy_ja": ""},
    )
    full = await make_session(capacity=1)
    await db.fetch("UPDATE programmes_session SET taken = 1 WHERE id = $1", full)
    draft = await make_session()
    await db.fetch(
        "UPDATE programmes_programme SET state = 'draft', published_at = NULL WHERE id ="
        " (SELECT programme_id FROM programmes_session WHERE id = $1)",
        draft,
    )
    page = await text_of(visitor)
    assert "下書きの対話" not in page
    assert "取り下げた対話" not in page
    assert "いま空きのある体験・活動はありません" in page
    assert page.count("田植え") == 1  # the full one was new some time ago


async def test_the_map_shows_released_registrations_and_their_day(
    visitor: httpx.AsyncClient,
) -> None:
    await put_all(clock.today() - timedelta(days=1))
    page = await text_of(visitor)
    assert "どの都道府県に登録があるか" in page
    assert "人数は調整して10人単位で示します。" in page
    nation = await find_table("tie.nation")
    assert nation
    assert nation.cell(nation.rows[0].people) in page


async def test_it_asks_a_fixed_number_of_questions(
    visitor: httpx.AsyncClient, make_session: MakeSession
) -> None:
    asked = []
    for _ in range(2):
        await make_session()
        await make_dialogue()
        invalidate()
        with statements_sent() as sent:
            await visitor.get("/ja/")
        asked.append(len(sent))
    # The sums of each dialogue that is shown (at most three) are two statements; each of the two
    # domains with samples is asked once, and each of the three cubes of the nation. The first time
    # the arrays of what is listed are loaded, too: four with the savepoint around them.
    assert asked == [15, 13]


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_organisers_are_told_how_to_begin(visitor: httpx.AsyncClient, language: str) -> None:
    page = await visitor.get(f"/{language}/organisers")
    assert page.status_code == 200
    assert page.text.count("<h3>") == 4
