"""The rule on parties: enforced by the service, shown by the page at the fields."""

from typing import Any

import pytest
from tests.fixtures.accounts import Browser
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


@pytest.mark.parametrize("programme", [{}, {"minors": "with_consent"}, {"age_min": 7}])
async def test_a_party_within_the_conditions_is_taken(programme: dict[str, Any]) -> None:
    session_id = await make_date(await make_programme(**programme))
    wanted = ApplicationForm(party=[ADULT, CHILD], guardian_consent=True)
    made = await applications.apply(somebody(), session_id, wanted)
    assert made.state == "confirmed"


async def test_the_page_says_it_at_the_fields_and_nowhere_else(signed_in: Browser) -> None:
    session_id = await make_date(await make_programme(age_min=8, minors="with_consent"))
    page = await signed_in.post(apply_at(session_id), data=form())
    assert page.status_code == 422
    assert errors(page) == {
        "party.1.age": "この体験に参加できるのは、8歳以上の方です。",
        "guardian_consent": "18歳未満の方が参加するには、保護者の同意が必要です。",
    }
    assert "入力内容に誤りがあります" not in said(page)
    assert "楽しみにしています" in page.text
