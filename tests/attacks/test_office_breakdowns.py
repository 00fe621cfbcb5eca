"""An office cannot tell the author of an anonymous opinion from its figures of a day."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from tests.consultations.build import Dialogue, make_dialogue
from tests.fixtures.accounts import Browser, SignIn, make_member, make_organisation
from tests.fixtures.excel import opened
from tests.programmes.build import published
from tests.statistics.acts import happened

from enishi.kit import clock

NOW = datetime(2026, 11, 24, 12, tzinfo=clock.TOKYO)
AT = "/ja/office/hida/statistics"
ATTRIBUTES = ("prefectures", "ages", "channels")
OCTOBER = {"since": "2026-10-01", "until": "2026-10-31"}


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
async def organisation_id() -> uuid.UUID:
    return await make_organisation("hida")


@pytest.fixture
async def analyst(browser_of: SignIn, organisation_id: uuid.UUID) -> Browser:
    return await browser_of(await make_member(organisation_id, "analyst"))


async def joined(dialogue: Dialogue, day: date, people: int, age: str) -> None:
    where = {"home": "21", "channel": "account", "consultation": str(dialogue.id)}
    await happened(
        "participation.started",
        people,
        day=day,
        organisation_id=dialogue.organisation_id,
        age=age,
        **where,
    )


async def read(analyst: Browser, name: str, **query: str) -> dict[str, str] | str:
    """The figures of a file by code; or the reason why there are none."""
    answer = await analyst.get(f"{AT}/{name}.csv", params=query)
    if answer.status_code == 422:
        return answer.text
    assert answer.status_code == 200
    _, *rows = opened(answer.content)
    return {row[0].strip("'"): row[2] or row[3] for row in rows}


@pytest.mark.parametrize("name", ATTRIBUTES)
@pytest.mark.parametrize(
    "period",
    [
        {},
        {"since": "2026-10-14", "until": "2026-10-14"},
        {"since": "2026-10-01", "until": "2026-10-30"},
        {"since": "2026-11-01", "until": "2026-11-30"},  # not over
        {"since": "2026-10-02", "until": "2026-11-02"},
    ],
)
async def test_people_of_a_dialogue_have_no_attributes_in_a_part_of_a_month(
    analyst: Browser, organisation_id: uuid.UUID, name: str, period: dict[str, str]
) -> None:
    dialogue = await make_dialogue(organisation_id=organisation_id)
    for day in (date(2026, 10, 14), date(2026, 11, 20)):
        await joined(dialogue, day, 1, "70-79")
    for subject in ("", f"consultation {dialogue.id}"):
        assert "終わった月" in await read(analyst, f"dialogues-{name}", subject=subject, **period)
        page = (await analyst.get(AT, params={"subject": subject, **period})).text
        assert "70〜79歳" not in page
        assert "終わった月" in page


async def test_in_a_closed_month_numbers_under_ten_are_not_told(
    analyst: Browser, organisation_id: uuid.UUID
) -> None:
    dialogue = await make_dialogue(organisation_id=organisation_id)
    await joined(dialogue, date(2026, 10, 14), 9, "70-79")
    await joined(dialogue, date(2026, 10, 15), 12, "30-39")
    ages = await read(analyst, "dialogues-ages", **OCTOBER)
    assert isinstance(ages, dict)
    assert (ages["30-39"], ages["70-79"], ages["20-29"]) == ("12", "10人未満", "10人未満")
    page = (await analyst.get(AT, params=OCTOBER)).text
    assert "70〜79歳" in page
    assert ">9<" not in page.partition("対話の参加者の年代")[2].partition("参加のしかた")[0]


async def test_a_whole_dialogue_that_is_over_may_be_broken_down(
    analyst: Browser, organisation_id: uuid.UUID
) -> None:
    with clock.frozen_at(datetime(2026, 11, 10, 12, tzinfo=clock.TOKYO)):
        dialogue = await make_dialogue(organisation_id=organisation_id)  # from 9 to 17 November
    await joined(dialogue, date(2026, 11, 12), 12, "30-39")
    subject = f"consultation {dialogue.id}"
    for since, until, shown in (
        ("2026-11-09", "2026-11-17", True),
        ("2026-11-01", "2026-11-24", True),
        ("2026-11-10", "2026-11-17", False),
        ("2026-11-09", "2026-11-16", False),
    ):
        found = await read(analyst, "dialogues-ages", subject=subject, since=since, until=until)
        assert isinstance(found, dict) is shown
    with clock.frozen_at(datetime(2026, 11, 17, 12, tzinfo=clock.TOKYO)):  # it still runs
        found = await read(analyst, "dialogues-ages", subject=subject, since="2026-11-09")
        assert isinstance(found, str)


@pytest.mark.parametrize(("role", "is_exact"), [("editor", True), ("analyst", False)])
async def test_applicants_are_exact_where_the_list_of_them_may_be_opened(
    browser_of: SignIn, organisation_id: uuid.UUID, role: str, *, is_exact: bool
) -> None:
    owner = await browser_of(await make_member(organisation_id, "owner"))
    address, session_id = await published(owner)
    of = {"organisation_id": organisation_id, "programme": address.rpartition("/")[2]}
    await happened("application.made", 2, day=NOW.date(), home="21", **of)
    browser = await browser_of(await make_member(organisation_id, role))
    found = await read(browser, "programmes-prefectures")
    assert isinstance(found, dict) is is_exact
    if isinstance(found, dict):
        assert found["21"] == "2"
    lists = await browser.get(f"/ja/office/hida/programmes/sessions/{session_id}")
    assert (lists.status_code == 200) is is_exact


@pytest.mark.parametrize("name", ATTRIBUTES)
async def test_people_of_a_dialogue_with_published_ballots_are_never_broken_down(
    analyst: Browser, organisation_id: uuid.UUID, name: str
) -> None:
    other = await make_dialogue(organisation_id=organisation_id)
    await joined(other, date(2026, 10, 3), 12, "30-39")
    assert isinstance(await read(analyst, f"dialogues-{name}", **OCTOBER), dict)
    promised = await make_dialogue(organisation_id=organisation_id, ballots_promised=True)
    await joined(promised, date(2026, 10, 3), 12, "30-39")
    for subject in ({}, {"subject": f"consultation {promised.id}"}):
        assert isinstance(await read(analyst, f"dialogues-{name}", **OCTOBER, **subject), str)
    alone = {"subject": f"consultation {other.id}"}
    assert isinstance(await read(analyst, f"dialogues-{name}", **OCTOBER, **alone), dict)
