"""An office cannot tell the author of an anonymous opinion from its figures of a day."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from tests.consultations.build import Dialogue, make_dialogue
from tests.fixtures.accounts import Browser, SignIn, make_member, make_organisation
from tests.fixtures.excel import opened
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


async def cells(analyst: Browser, name: str, **query: str) -> list[list[str]]:
    answer = await analyst.get(f"{AT}/{name}.csv", params=query)
    assert answer.status_code == 200
    return opened(answer.content)


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
        await happened("application.made", 2, day=day, organisation_id=organisation_id, home="21")
    for subject in ("", f"consultation {dialogue.id}"):
        header, *rows = await cells(analyst, name, subject=subject, **period)
        assert not [title for title in header if "対話" in title]
        assert "'70-79" not in {row[0] for row in rows}
        page = (await analyst.get(AT, params={"subject": subject, **period})).text
        assert "70〜79歳" not in page
        assert "終わった月" in page


async def test_in_a_closed_month_numbers_under_ten_are_not_told(
    analyst: Browser, organisation_id: uuid.UUID
) -> None:
    dialogue = await make_dialogue(organisation_id=organisation_id)
    await joined(dialogue, date(2026, 10, 14), 9, "70-79")
    await joined(dialogue, date(2026, 10, 15), 12, "30-39")
    header, *rows = await cells(analyst, "ages", **OCTOBER)
    assert header[2] == "対話の参加者"
    assert {row[0]: row[2:4] for row in rows} == {
        "'30-39": ["12", ""],
        "'70-79": ["", "0–9人"],
    }
    page = (await analyst.get(AT, params=OCTOBER)).text
    assert "70〜79歳" in page
    assert ">9<" not in page.partition("年代")[2].partition("参加のしかた")[0]


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
        header, *_ = await cells(analyst, "ages", subject=subject, since=since, until=until)
        assert ("対話の参加者" in header) is shown
    with clock.frozen_at(datetime(2026, 11, 17, 12, tzinfo=clock.TOKYO)):  # it still runs
        header, *_ = await cells(analyst, "ages", subject=subject, since="2026-11-09")
        assert "対話の参加者" not in header


async def test_programmes_stay_exact(analyst: Browser, organisation_id: uuid.UUID) -> None:
    await happened(
        "application.made", 2, day=NOW.date(), organisation_id=organisation_id, home="21"
    )
    header, row = await cells(analyst, "prefectures")
    assert row[header.index("体験・活動の申込")] == "2"
    assert "体験・活動の参加者の住む都道府県" in (await analyst.get(AT)).text


@pytest.mark.parametrize("name", ATTRIBUTES)
async def test_people_of_a_dialogue_with_published_ballots_are_never_broken_down(
    analyst: Browser, organisation_id: uuid.UUID, name: str
) -> None:
    other = await make_dialogue(organisation_id=organisation_id)
    await joined(other, date(2026, 10, 3), 12, "30-39")
    people = "対話の参加者"
    assert people in (await cells(analyst, name, **OCTOBER))[0]
    promised = await make_dialogue(organisation_id=organisation_id, ballots_promised=True)
    await joined(promised, date(2026, 10, 3), 12, "30-39")
    for subject in ({}, {"subject": f"consultation {promised.id}"}):
        assert people not in (await cells(analyst, name, **OCTOBER, **subject))[0]
    alone = {"subject": f"consultation {other.id}"}
    assert people in (await cells(analyst, name, **OCTOBER, **alone))[0]
