"""The rule on parties: enforced by the service, shown by the page at the fields."""

import re
from typing import Any

import httpx
import pytest
from tests.fixtures.accounts import Browser
from tests.programmes.build import draft, move, write
from tests.programmes.conftest import somebody
from tests.programmes.listed import make_date, make_programme
from tests.programmes.test_applying import apply_at, errors, form, said

from enishi.kit import db
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.errors import PartyRefusedError
from enishi.programmes.applications.schemas import ApplicationForm, MemberForm
from enishi.programmes.applications.tables import MemberKind

ADULT = MemberForm(kind=MemberKind.ADULT, name="山田花子")
CHILD = MemberForm(kind=MemberKind.CHILD, name="山田そら", age=7)
COMPANION = MemberForm(kind=MemberKind.COMPANION, name="山田花子")
FOR_CHILDREN = {"age_min": 6, "age_max": 12}


def aged(member: MemberForm, age: int | None) -> MemberForm:
    return member.model_copy(update={"age": age})


CASES: list[tuple[dict[str, Any], list[MemberForm], set[str]]] = [
    ({}, [ADULT, aged(CHILD, None)], {"party.1.age"}),
    ({}, [ADULT, aged(CHILD, 18)], {"party.1.age"}),
    ({}, [aged(ADULT, 17), CHILD], {"party.0.age"}),
    ({}, [CHILD], {"party.0.kind"}),
    ({"age_min": 8}, [ADULT, CHILD], {"party.1.age"}),
    ({"age_max": 60}, [ADULT], {"party.0.age"}),
    ({"age_max": 60}, [aged(ADULT, 61)], {"party.0.age"}),
    ({"minors": "not_admitted"}, [ADULT, CHILD], {"party.1.kind"}),
    ({"minors": "with_consent"}, [CHILD], {"guardian_consent"}),
    ({"age_min": 8, "age_max": 60}, [ADULT, CHILD], {"party.0.age", "party.1.age"}),
    (FOR_CHILDREN, [CHILD], {"party.0.kind"}),
    (FOR_CHILDREN, [aged(ADULT, 34), CHILD], {"party.0.kind"}),
    (FOR_CHILDREN, [COMPANION], {"party.0.kind"}),
    (FOR_CHILDREN, [COMPANION, aged(CHILD, 5)], {"party.1.age"}),
    (FOR_CHILDREN, [aged(COMPANION, 17), CHILD], {"party.0.age"}),
    ({}, [COMPANION, CHILD], {"party.0.kind"}),
    ({"age_max": 60, "minors": "not_admitted"}, [aged(ADULT, 50), COMPANION], {"party.1.kind"}),
]


@pytest.mark.parametrize(("programme", "members", "fields"), CASES)
async def test_whoever_calls_the_service_is_held_by_the_conditions(
    programme: dict[str, Any], members: list[MemberForm], fields: set[str]
) -> None:
    session_id = await make_date(await make_programme(**programme))
    with pytest.raises(PartyRefusedError) as refusal:
        await applications.apply(somebody(), session_id, ApplicationForm(party=members))
    assert set(refusal.value.by_field()) == fields
    assert refusal.value.status_code == 422
    assert await db.fetch_value("SELECT count(*) FROM programmes_application") == 0


@pytest.mark.parametrize(
    ("programme", "members"),
    [
        ({}, [ADULT, CHILD]),
        ({"minors": "with_consent"}, [ADULT, CHILD]),
        ({"age_min": 7}, [ADULT, CHILD]),
        (FOR_CHILDREN, [COMPANION, CHILD]),
        (FOR_CHILDREN, [aged(COMPANION, 70), CHILD, aged(CHILD, 12)]),
        (FOR_CHILDREN | {"minors": "with_consent"}, [CHILD]),
        ({"age_max": 60}, [aged(ADULT, 40), CHILD, COMPANION]),
    ],
)
async def test_a_party_within_the_conditions_is_taken(
    programme: dict[str, Any], members: list[MemberForm]
) -> None:
    session_id = await make_date(await make_programme(**programme))
    wanted = ApplicationForm(party=members, guardian_consent=True)
    made = await applications.apply(somebody(), session_id, wanted)
    assert made.state == "confirmed"


async def test_the_page_says_it_at_the_fields_and_nowhere_else(signed_in: Browser) -> None:
    session_id = await make_date(await make_programme(age_min=8, minors="with_consent"))
    page = await signed_in.post(apply_at(session_id), data=form())
    assert page.status_code == 422
    assert errors(page) == {
        "party.1.age": "この体験に参加できるのは、開催日に8歳以上の方です。",
        "guardian_consent": "18歳未満の方が参加するには、保護者の同意が必要です。",
    }
    assert "入力内容に誤りがあります" not in said(page)
    assert "楽しみにしています" in page.text


def chosen(page: httpx.Response) -> list[str]:
    """The kinds that are chosen in the form."""
    inputs = re.findall(r'<input[^>]*name="party\.\d\.kind"[^>]*>', page.text)
    return [each.split('value="')[1].split('"')[0] for each in inputs if "checked" in each]


async def test_the_form_for_children_begins_with_a_companion_and_a_child(
    signed_in: Browser,
) -> None:
    session_id = await make_date(await make_programme(**FOR_CHILDREN))
    page = await signed_in.get(apply_at(session_id))
    assert chosen(page) == ["companion", "child"]
    assert 'value="adult"' not in page.text
    for words in ("年齢（開催日）", "6歳以上12歳以下（開催日の年齢。付き添いの大人は含みません）"):
        assert words in said(page), words
    more = await signed_in.post(
        apply_at(session_id), data=form(party__0__kind="companion", step="add")
    )
    assert chosen(more) == ["companion", "child", "child"]
    sent = await signed_in.post(apply_at(session_id), data=form(party__0__kind="companion"))
    assert sent.status_code == 303
    receipt = await signed_in.get(sent.headers["location"])
    assert "付き添い（18歳以上）" in receipt.text


async def test_an_office_sees_who_may_come_by_its_conditions(office: Browser) -> None:
    """By "6 to 12, accompanied" nobody could come, and the checklist was green."""
    address = await draft(office)
    await write(office, address, "conditions", age_min="6", age_max="12")
    shown = said(await office.get(address))
    tried = re.findall(r"申し込め(ます|ません)</span>\s*<span>([^<]+)</span>", shown)
    assert [(end, title.partition("：")[0]) for end, title in tried] == [
        ("ません", "大人1人（34歳）"),
        ("ません", "子ども1人（8歳）"),
        ("ます", "子ども（8歳）と大人"),
        ("ません", "家族4人（大人2人、8歳と5歳）"),
        ("ません", "車いすの子ども（8歳）と大人"),
    ]
    assert "開催日に6歳以上" in tried[3][1]


async def test_conditions_that_nobody_meets_are_refused_where_they_are_written(
    office: Browser,
) -> None:
    address = await draft(office)
    refused = await write(office, address, "conditions", minors="not_admitted", age_max="12")
    assert refused.status_code == 422
    assert "だれも参加できません" in errors(refused)["age_max"]
    # Written before this was noticed, it is not published.
    programme_id = address.rpartition("/")[2]
    await db.fetch(
        "UPDATE programmes_programme SET minors = 'not_admitted', age_max = 12 WHERE id = $1",
        programme_id,
    )
    answer = await move(office, address, "publish")
    assert answer.status_code == 409
    assert f'href="{address}/edit/conditions#f-age_max"' in answer.text
