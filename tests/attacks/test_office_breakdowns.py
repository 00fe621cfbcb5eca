"""An office cannot tell the author of an anonymous opinion from its figures."""

import json
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from tests.consultations.build import Dialogue, make_dialogue
from tests.fixtures.accounts import Browser, SignIn, make_member, make_organisation
from tests.fixtures.excel import opened
from tests.programmes.build import published
from tests.statistics.acts import happened

from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.statistics.cubes import BY_NAME
from enishi.statistics.queries import cube_releases as stored
from enishi.statistics.service import cube_releases

NOW = datetime(2026, 11, 24, 12, tzinfo=clock.TOKYO)
AT = "/ja/office/hida/statistics"
CUBES = {
    "prefectures": ("part.subject_prefecture", "21"),
    "ages": ("part.subject_age", "30-39"),
    "channels": ("part.subject_channel", "account"),
    "ties": ("part.subject_tie", "resident"),
}


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


async def released(cube: str, until: date, cells: dict[tuple[str, str], int | None]) -> None:
    """A release of a cube as the release service stores it."""
    await db.fetch(
        "INSERT INTO statistics_cube_release (id, cube, period, label, until, begins, method,"
        " key_id, sigma, small, rows, gate, has_samples, made_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'root-1', 'test', 3, 10, $7, '{}', false, $8)",
        new_id(),
        cube,
        until.year * 12 + until.month,
        f"{until:%Y-%m}",
        until,
        date(2026, 1, 1),
        json.dumps([[list(key), value, 1] for key, value in cells.items()]),
        clock.now(),
    )


async def read(browser: Browser, name: str, **query: str) -> dict[str, str] | str:
    """The figures of a file by code; or the reason why there are none."""
    answer = await browser.get(f"{AT}/{name}.csv", params=query)
    if answer.status_code == 422:
        return answer.text
    assert answer.status_code == 200
    _, *rows = opened(answer.content)
    return {row[0].strip("'"): row[2] or row[3] for row in rows}


@pytest.mark.parametrize("name", CUBES)
@pytest.mark.parametrize(
    "period",
    [
        {},
        {"since": "2026-10-14", "until": "2026-10-14"},
        {"since": "2026-10-01", "until": "2026-10-31"},
        {"since": "2026-11-01", "until": "2026-11-30"},  # not over
    ],
)
async def test_people_of_a_dialogue_have_no_attributes_but_those_of_a_release(
    analyst: Browser, organisation_id: uuid.UUID, name: str, period: dict[str, str]
) -> None:
    dialogue = await make_dialogue(organisation_id=organisation_id)
    for day in (date(2026, 10, 14), date(2026, 11, 20)):
        await joined(dialogue, day, 30, "70-79")
    for subject, reason in (
        ("", "対話を一つ選ぶと"),
        (f"consultation {dialogue.id}", "その月の統計ができると"),
    ):
        assert reason in await read(analyst, f"dialogues-{name}", subject=subject, **period)
        page = (await analyst.get(AT, params={"subject": subject, **period})).text
        assert "70〜79歳" not in page
        assert reason in page


@pytest.mark.parametrize("name", CUBES)
async def test_the_newest_release_of_a_closed_month_is_what_everybody_reads(
    analyst: Browser, organisation_id: uuid.UUID, browser_of: SignIn, name: str
) -> None:
    dialogue = await make_dialogue(organisation_id=organisation_id)
    other = await make_dialogue(organisation_id=organisation_id)
    await joined(dialogue, date(2026, 10, 14), 33, "30-39")
    key = CUBES[name][1]
    for until, value in ((date(2026, 9, 30), 20), (date(2026, 10, 31), 40)):
        for cube, of_cube in CUBES.values():
            cells = {
                (str(each.id), of_cube): value + 50 * (each is other) for each in (dialogue, other)
            }
            few = "unknown" if cube == "part.subject_tie" else ""
            await released(cube, until, cells | {(str(dialogue.id), few): None})
    subject = {"subject": f"consultation {dialogue.id}"}
    owner = await browser_of(await make_member(organisation_id, "owner"))
    for browser in (analyst, owner):  # nobody may list the people of a dialogue
        assert await read(browser, f"dialogues-{name}", **subject) == {
            key: "40",
            "unknown" if name == "ties" else "": "10人未満",
        }
    before = {"since": "2026-10-01", "until": "2026-10-30"} | subject
    september = await read(analyst, f"dialogues-{name}", **before)
    assert isinstance(september, dict)
    assert september[key] == "20"
    page = (await analyst.get(AT, params=subject)).text
    assert "2026年10月31日" in page
    assert page.count(">40<") == len(CUBES)
    assert "ほかの都道府県は、どれも10人未満です。" in page


@pytest.mark.parametrize("name", CUBES)
async def test_people_of_a_dialogue_with_published_ballots_are_never_broken_down(
    analyst: Browser, organisation_id: uuid.UUID, name: str
) -> None:
    promised = await make_dialogue(organisation_id=organisation_id, ballots_promised=True)
    cube, key = CUBES[name]
    await released(cube, date(2026, 10, 31), {(str(promised.id), key): 40})
    subject = f"consultation {promised.id}"
    said = await read(analyst, f"dialogues-{name}", subject=subject)
    assert "投票の内容を公開する対話" in said
    assert ">40<" not in (await analyst.get(AT, params={"subject": subject})).text


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


@pytest.mark.parametrize("name", ["prefectures", "ages"])
async def test_who_may_not_list_applicants_reads_closed_months_of_one_programme(
    browser_of: SignIn, organisation_id: uuid.UUID, analyst: Browser, name: str
) -> None:
    key = CUBES[name][1]
    owner = await browser_of(await make_member(organisation_id, "owner"))
    address, _ = await published(owner)
    programme = address.rpartition("/")[2]
    of = {"organisation_id": organisation_id, "programme": programme, "home": "21", "age": "30-39"}
    await happened("person.attended", 33, day=date(2026, 10, 14), **of)
    at, subject = f"programmes-{name}", f"programme {programme}"
    assert "体験・活動を一つ選ぶと" in await read(analyst, at)
    assert "その月の統計ができると" in await read(analyst, at, subject=subject)
    for cube, of_cube in (CUBES["prefectures"], CUBES["ages"]):
        cells = {(programme, of_cube): 40, (programme, ""): None}
        await released(cube.replace("part", "visit"), date(2026, 10, 31), cells)
    for period in ({}, {"since": "2026-11-20", "until": "2026-11-20"}):
        found = await read(analyst, at, subject=subject, **period)
        assert found == {key: "40", "": "10人未満"}
    assert "その月の統計ができると" in await read(
        analyst, at, subject=subject, since="2026-10-01", until="2026-10-30"
    )
    page = (await analyst.get(AT, params={"subject": subject})).text
    assert "体験・活動の出席（延べ）：2026年10月31日（土）まで。" in page
    assert ">40<" in page


async def test_attendance_of_a_programme_is_released_once_a_session_has_begun(
    browser_of: SignIn, organisation_id: uuid.UUID
) -> None:
    owner = await browser_of(await make_member(organisation_id, "owner"))
    address, session_id = await published(owner)
    programme = address.rpartition("/")[2]
    of = {"organisation_id": organisation_id, "programme": programme, "home": "21", "age": "30-39"}
    await happened("person.attended", 60, day=date(2026, 11, 25), **of)

    async def cells(day: date) -> dict[tuple[str, ...], int | None]:
        with clock.frozen_at(clock.start_of_day(day) + timedelta(hours=4)):
            await cube_releases.publish(())
        found = await stored.find_latest("visit.subject_age")
        assert found is not None
        return found.by_key()

    await cube_releases.publish(())  # of November: the numbering begins
    assert await cells(date(2026, 12, 1)) == {}  # no session has begun
    await db.fetch(
        "UPDATE programmes_session SET starts_at = $2, opens_at = $2, closes_at = $3, ends_at = $3"
        " WHERE id = $1",
        session_id,
        NOW,
        NOW + timedelta(hours=2),
    )
    found = await cells(date(2027, 1, 1))
    assert {key[0] for key in found} == {programme}
    assert abs((found[programme, "30-39"] or 0) - 60) <= 20
    assert len(found) == len(BY_NAME["visit.subject_age"].keys([programme]))


@pytest.mark.parametrize("attribute", ["prefecture=21", "age=30-39", "channel=guest", "tie=tied"])
async def test_a_filter_that_no_cube_has_is_refused_and_not_ignored(
    analyst: Browser, organisation_id: uuid.UUID, attribute: str
) -> None:
    for path in (AT, f"{AT}/dialogues-course.csv"):
        answer = await analyst.get(f"{path}?{attribute}")
        assert answer.status_code == 422
        assert "いちばん近い集計は" in answer.text
