"""Builders: forms as an office sends them, step by step, and parties that apply."""

import uuid
from datetime import timedelta
from typing import Any

from tests.accounts.walks import forms_of
from tests.fixtures.accounts import Browser

from enishi.kit import clock, db
from enishi.programmes.applications.schemas import ApplicationForm, MemberForm
from enishi.programmes.applications.tables import MemberKind

AT = "/ja/office/hida/programmes"


def form(**fields: Any) -> dict[str, Any]:
    """Form fields with a new idempotency key; `__` in a name stands for a dot."""
    return {"submission": str(uuid.uuid4())} | {
        name.replace("__", "."): value for name, value in fields.items()
    }


def session_form(days: int = 30, **fields: Any) -> dict[str, Any]:
    day = clock.today() + timedelta(days=days)
    return form(
        day=str(day),
        starts="09:30",
        ends="12:00",
        ends_on="",
        opens_on=str(clock.today()),
        last_day=str(day - timedelta(days=1)),
        capacity="10",
        waiting_limit="5",
        meeting_place__ja="公民館",
    ) | {name.replace("__", "."): value for name, value in fields.items()}


# Part of a programme -> the fields that publishing needs.
PARTS: dict[str, dict[str, Any]] = {
    "basic": {
        "title.ja": "棚田の田植え",
        "title.en": "Planting rice",
        "kind": "experience",
        "municipality.code": "212172",
        "summary.ja": "手で苗を植えます。",
        "body.ja": "午前に集まります。",
        "host_name": "棚田を守る会",
        "slug": "tanada",
    },
    "story": {"story.host_words.ja": "米づくりを四十年、続けてきました。"},
    "conditions": {"minors": "accompanied", "conditions.what_to_bring.ja": "長ぐつ"},
    "money": {"fee_adult": "０", "money.lodging": "none", "money.transport": "self"},
    "access": {"wheelchair": "yes", "access.stroller": "yes"},
    "contact": {"contact.telephone": "0577-00-0000"},
}


async def draft(browser: Browser) -> str:
    """Create a draft. Returns its path."""
    fields = {"title.ja": "棚田の田植え", "municipality.code": "212172", "kind": "experience"}
    answer = await browser.post(f"{AT}/new", data=form() | fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].partition("?")[0])


async def write(browser: Browser, address: str, part: str, **fields: Any) -> Any:
    """Open the page of a part and save it with these fields. Returns the response."""
    page = await browser.get(f"{address}/edit/{part}")
    seen = page.text.split('name="seen" value="')[1].split('"')[0]
    sent = form(seen=seen, **fields) | {k: v for k, v in PARTS[part].items() if k not in fields}
    return await browser.post(f"{address}/edit/{part}", data=sent)


async def move(browser: Browser, address: str, verb: str) -> Any:
    """Read the page that asks before the act, and confirm. Returns the response."""
    page = await browser.get(f"{address}/move/{verb}")
    return await browser.post(
        f"{address}/move/{verb}", data=forms_of(page)[f"{address}/move/{verb}"]
    )


async def published(browser: Browser, **session: Any) -> tuple[str, uuid.UUID]:
    """A published programme with one session. Returns its path and the id of the session."""
    address = await draft(browser)
    for part in PARTS:
        answer = await write(browser, address, part)
        assert answer.status_code == 303, answer.text
    answer = await browser.post(f"{address}/sessions/new", data=session_form(**session))
    assert answer.status_code == 303, answer.text
    answer = await move(browser, address, "publish")
    assert answer.status_code == 303, answer.text
    programme_id = uuid.UUID(address.rpartition("/")[2])
    session_id = await db.fetch_value(
        "SELECT id FROM programmes_session WHERE programme_id = $1", programme_id
    )
    return address, session_id


def family(name: str = "山田花子", needs: str = "", note: str = "") -> ApplicationForm:
    return ApplicationForm(
        party=[
            MemberForm(kind=MemberKind.ADULT, name=name, age=34),
            MemberForm(kind=MemberKind.CHILD, name="山田そら", age=7, needs=needs),
        ],
        note=note,
    )
