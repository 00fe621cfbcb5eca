"""The office's page of statistics: its own figures only, and of what it has only."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from tests.consultations.build import make_dialogue
from tests.fixtures.accounts import Browser, SignIn, make_member, make_organisation
from tests.programmes.build import published
from tests.statistics.acts import happened

from enishi.kit import clock, db

AT = "/ja/office/hida/statistics"
HIDA = "212172"
JOINED = "加わった人（実人数）"
NOTHING_YET = "まだ数えるものがありません。"


async def rows_of(browser: Browser, name: str, **query: str) -> list[dict[str, str]]:
    answer = await browser.get(f"{AT}/{name}.csv", params=query)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def sections(page: str) -> list[str]:
    """Which parts of an office's work have a section."""
    return [name for name in ("dialogues", "programmes", "registrations") if f'id="{name}"' in page]


async def test_an_office_without_anything_reads_a_sentence_and_no_zeros(
    office: Browser, organisation: uuid.UUID
) -> None:
    page = (await office.get(AT)).text
    assert sections(page) == []
    assert NOTHING_YET in page
    assert "<svg" not in page.partition("<main")[2]


async def test_an_office_with_dialogues_alone_sees_those(
    office: Browser, organisation: uuid.UUID
) -> None:
    made = await make_dialogue(organisation_id=organisation)
    of = {"organisation_id": organisation, "consultation": str(made.id)}
    await happened("participation.started", 7, day=clock.today() - timedelta(days=2), **of)
    page = (await office.get(AT)).text
    assert sections(page) == ["dialogues"]
    assert "体験・活動：日ごとの動き" not in page
    assert NOTHING_YET not in page


async def test_an_office_with_programmes_and_registrations_sees_no_dialogues(
    office: Browser, organisation: uuid.UUID
) -> None:
    address, _ = await published(office)
    programme = address.rsplit("/", 1)[1]
    day = clock.today() - timedelta(days=2)
    of = {"organisation_id": organisation, "programme": programme, "home": "13", "age": "30-39"}
    await happened("application.made", 12, day=day, **of)
    await happened("person.attended", 11, day=day, **of)
    await happened("registration.opened", 40, day=day - timedelta(days=60), registered=HIDA)
    await happened("registration.opened", 6, day=day, registered=HIDA)
    await happened("registration.opened", 500, day=day, registered="131016")  # another place
    page = (await office.get(AT)).text
    assert sections(page) == ["programmes", "registrations"]
    assert "対話：日ごとの動き" not in page
    for figure in (">12<", ">11<", ">46<", ">6<"):
        assert figure in page.replace("<wbr>", ""), figure
    assert ">546<" not in page
    homes = {row["符号"].strip("'"): row for row in await rows_of(office, "programmes-prefectures")}
    assert homes["13"]["体験・活動の申込（延べ）"] == "12"
    joined = await rows_of(office, "registrations-course")
    assert sum(int(row["新しい登録（延べ）"]) for row in joined) == 6


async def test_a_part_without_acts_in_the_period_is_a_sentence(
    office: Browser, organisation: uuid.UUID
) -> None:
    await published(office)
    page = (await office.get(AT)).text
    assert sections(page) == ["programmes"]
    assert page.count("この期間の記録はありません。") == 3
    assert "<svg" not in page.partition('id="programmes"')[2]


async def test_an_organisation_that_nobody_verified_reads_no_registrations(
    office: Browser, organisation: uuid.UUID
) -> None:
    await happened("registration.opened", 40, day=clock.today(), registered=HIDA)
    assert sections((await office.get(AT)).text) == ["registrations"]
    await db.fetch("UPDATE organisations_organisation SET verified_at = NULL")
    assert sections((await office.get(AT)).text) == []


async def test_a_prefecture_reads_the_registrations_of_its_municipalities(
    browser_of: SignIn,
) -> None:
    gifu = await make_organisation("gifu", lg_code="210005")
    await db.fetch("UPDATE organisations_organisation SET kind = 'prefecture' WHERE id = $1", gifu)
    await happened("registration.opened", 3, day=clock.today(), registered=HIDA)
    await happened("registration.opened", 4, day=clock.today(), registered="211001")
    await happened("registration.opened", 50, day=clock.today(), registered="131016")
    analyst = await browser_of(await make_member(gifu, "analyst"))
    page = (await analyst.get("/ja/office/gifu/statistics")).text
    assert ">7<" in page.partition('id="registrations"')[2]


async def test_who_has_no_place_has_no_file_of_registrations(
    office: Browser, organisation: uuid.UUID
) -> None:
    """No registration, or nobody verified the organisation: then the file does not exist."""
    assert (await office.get(f"{AT}/registrations-course.csv")).status_code == 404
    await happened("registration.opened", 6, day=clock.today(), registered=HIDA)
    assert len(await rows_of(office, "registrations-course")) == 30
    await db.fetch("UPDATE organisations_organisation SET verified_at = NULL")
    assert (await office.get(f"{AT}/registrations-course.csv")).status_code == 404


async def test_every_declared_value_has_a_row_whether_it_occurs_or_not(
    office: Browser, organisation: uuid.UUID
) -> None:
    address, _ = await published(office)
    of = {"organisation_id": organisation, "programme": address.rsplit("/", 1)[1]}
    await happened("application.made", 1, day=clock.today(), home="13", age="30-39", **of)
    assert len(await rows_of(office, "programmes-prefectures")) == 48
    ages = await rows_of(office, "programmes-ages")
    signed_up = {row["符号"].strip("'"): row["体験・活動の申込（延べ）"] for row in ages}
    assert (signed_up["20-29"], signed_up["30-39"]) == ("0", "1")
    assert ages[-1]["符号"] == ""
    assert "途中" not in ages[-1].values()


async def test_the_running_day_is_marked_and_not_drawn(
    office: Browser, organisation: uuid.UUID
) -> None:
    made = await make_dialogue(organisation_id=organisation)
    of = {"organisation_id": organisation, "consultation": str(made.id)}
    await happened("participation.started", 7, day=clock.today() - timedelta(days=1), **of)
    page = (await office.get(AT, params={"until": str(clock.today() + timedelta(days=5))})).text
    assert "（途中）" in page
    assert "途中（まだ終わっていない期間）" in page
    *_, today = await rows_of(office, "dialogues-course")
    assert today["日付"] == str(clock.today())
    assert "途中" in today.values()
    before = str(clock.today() - timedelta(days=1))
    assert "途中" not in (await office.get(AT, params={"until": before})).text


@pytest.mark.parametrize(
    ("since", "until", "is_told"),
    [
        ("2026-10-01", "2026-10-31", True),
        ("2026-10-05", "2026-10-05", True),
        ("2026-10-01", "2026-10-30", False),
        ("2026-09-01", "2026-10-31", False),
    ],
)
async def test_who_came_back_is_told_of_one_day_or_one_month_only(
    office: Browser, organisation: uuid.UUID, since: str, until: str, *, is_told: bool
) -> None:
    await make_dialogue(organisation_id=organisation)
    page = (await office.get(AT, params={"since": since, "until": until})).text
    headline = page.partition('id="dialogues"')[2].partition("</dl>")[0]
    assert ("再訪者" in headline) is is_told


async def test_an_office_sees_its_own_figures_and_nobody_elses(
    office: Browser, organisation: uuid.UUID
) -> None:
    other = await make_organisation("other", lg_code=None)
    made = await make_dialogue(organisation_id=organisation, title={"ja": "バスの話"})
    of = {"organisation_id": organisation, "consultation": str(made.id)}
    await happened("participation.started", 7, day=clock.today(), age="70-79", **of)
    await happened("participation.started", 5000, day=clock.today(), organisation_id=other)
    page = (await office.get(AT)).text
    assert "バスの話" in page
    assert "5,000" not in page

    [row] = await rows_of(office, "dialogues-subjects")
    assert (row["対話・体験"], row[JOINED]) == ("バスの話", "7")
    [entry] = await db.fetch("SELECT data FROM audit_entry WHERE action LIKE 'statistics.fig%'")
    assert str(clock.today()) in entry["data"]


async def test_a_period_and_a_subject_narrow_the_figures(
    office: Browser, organisation: uuid.UUID
) -> None:
    made = [await make_dialogue(organisation_id=organisation) for _ in range(2)]
    one, other = ({"organisation_id": organisation, "consultation": str(each.id)} for each in made)
    await happened("participation.started", 31, day=clock.today() - timedelta(days=40), **one)
    await happened("participation.started", 3, day=clock.today(), **other)
    old = str(clock.today() - timedelta(days=40))

    async def joined(**query: str) -> int:
        return sum(int(row[JOINED]) for row in await rows_of(office, "dialogues-course", **query))

    assert await joined() == 3
    assert await joined(since=old) == 34
    assert await joined(since=old, subject=f"consultation {made[0].id}") == 31
    assert await joined(since=old, until=old) == 31


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=2026-11-02&until=2026-11-01", "開始日を、終了日より後にはできません。"),
        ("since=2001-01-01", "期間は三年までにしてください。"),
        ("since=tomorrow", 'value="tomorrow"'),
    ],
)
async def test_a_period_that_is_none_is_refused_and_kept_as_typed(
    office: Browser, query: str, said: str
) -> None:
    answer = await office.get(f"{AT}?{query}")
    assert answer.status_code == 422
    assert said in answer.text
    assert (await office.get(f"{AT}/dialogues-course.csv?{query}")).status_code == 422


async def test_anothers_dialogue_and_office_do_not_exist(
    office: Browser, browser_of: SignIn, citizen: uuid.UUID
) -> None:
    others = await make_dialogue()
    assert (await office.get(f"{AT}?subject=consultation+{others.id}")).status_code == 404
    assert (await office.get(f"{AT}/dialogues-ages.json")).status_code == 404
    stranger = await browser_of(citizen)
    for path in (AT, f"{AT}/dialogues-ages.csv"):
        assert (await stranger.get(path)).status_code == 404
