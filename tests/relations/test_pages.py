"""Registering with a place as a resident does: find it, register, look after it, leave."""

import re
import uuid
from datetime import timedelta

import httpx
import pytest
from tests.accounts.walks import follow, forms_of, send, sign_in
from tests.fixtures.accounts import Browser, SignIn, make_account
from tests.relations.build import GIFU, HIDA, PLACE, answers, plain, registered

from enishi.kit import clock, db
from enishi.relations import privacy, queries, service
from enishi.relations.schemas import Attendance, Registrant, RegistrationForm
from enishi.relations.tables import Purpose, Reason


async def test_a_resident_finds_registers_changes_and_leaves(
    signed_in: Browser, citizen: uuid.UUID
) -> None:
    found = await signed_in.get("/ja/places", params={"q": "ひだ"})
    assert f'href="{PLACE}"' in found.text
    place = await signed_in.get(PLACE)
    assert f'href="{PLACE}/register"' in place.text
    page = await signed_in.get(f"{PLACE}/register")
    assert "岐阜県にも一緒に登録されます" in plain(page)

    fields = forms_of(page)[f"{PLACE}/register"]
    chosen = {"reasons": ["birthplace", "donation"], "interests": "food", "purposes": "news"}
    made = await signed_in.post(f"{PLACE}/register", data=fields | chosen)
    receipt = await follow(signed_in, made)
    for words in ("登録しました", "岐阜県", "出身地だから", "食と特産品", "ベーシック登録"):
        assert words in plain(receipt)
    [registration] = await queries.list_registrations(citizen)

    mine = await signed_in.get("/ja/my/places")
    assert "飛騨市" in mine.text
    edit = await signed_in.get(f"/ja/my/places/{registration.id}/edit")
    ticked = re.findall(r'value="(\w+)" id="[^"]*"[^>]* checked', edit.text)
    assert ticked == ["birthplace", "donation", "food", "news"]
    changed = answers(reasons=["family"], purposes=["surveys"])
    answer = await signed_in.post(f"/ja/my/places/{registration.id}/edit", data=changed)
    receipt = await follow(signed_in, answer)
    assert "家族や親族がいるから" in plain(receipt)
    assert "出身地だから" not in plain(receipt)

    ask = await signed_in.get(f"/ja/my/places/{registration.id}/withdraw")
    assert "残るものと、その理由" in plain(ask)
    left = await follow(signed_in, await send(signed_in, ask, "/withdraw"))
    assert "登録をやめました" in plain(left)
    assert "登録している地域はまだありません" in plain(left)
    kept = await signed_in.get(f"/ja/my/places/{registration.id}")
    # News given, news taken back, surveys given, surveys taken back by leaving.
    assert len(re.findall(r"<td[^>]*>2026-11-30</td>", kept.text)) == 4
    assert "家族" not in kept.text
    [row] = await db.fetch("SELECT reasons, interests FROM relations_registration")
    assert (row["reasons"], row["interests"]) == ([], [])


async def test_no_consent_is_ticked_beforehand_and_each_stands_for_itself(
    signed_in: Browser, citizen: uuid.UUID
) -> None:
    page = await signed_in.get(f"{PLACE}/register")
    assert " checked" not in page.text
    assert len(re.findall(r'name="purposes"', page.text)) == 3
    assert page.text.count("メールアドレスは市区町村に渡しません") == 1
    await registered(signed_in)
    [registration] = await queries.list_registrations(citizen)
    assert registration.purposes == ()


async def test_whoever_is_not_signed_in_comes_back_to_the_form(
    visitor: httpx.AsyncClient,
) -> None:
    asked = await visitor.get(f"{PLACE}/register")
    assert asked.status_code == 303
    assert asked.headers["location"] == f"/ja/sign-in?next={PLACE}/register"


async def test_somebody_new_signs_up_on_the_way_and_comes_back(
    visitor: httpx.AsyncClient,
) -> None:
    page = await follow(visitor, await sign_in(visitor, "new@example.jp", f"{PLACE}/register"))
    person = {"display_name": "花子", "age": "16_or_over", "terms": "yes"}
    done = await send(visitor, page, "/sign-up", **person)
    assert done.headers["location"] == f"{PLACE}/register"
    assert (await visitor.get(f"{PLACE}/register")).status_code == 200


@pytest.mark.parametrize("wrong", [{"reasons": []}, {"reasons": ["no such"]}])
async def test_what_was_chosen_stays_when_something_is_missing(
    signed_in: Browser, citizen: uuid.UUID, wrong: dict[str, list[str]]
) -> None:
    sent = answers(interests=["food", "nature"], purposes=["news"]) | wrong
    refused = await signed_in.post(f"{PLACE}/register", data=sent)
    assert refused.status_code == 422
    ticked = re.findall(r'value="(\w+)" id="[^"]*"[^>]* checked', refused.text)
    assert ticked == ["food", "nature", "news"]
    assert 'href="#f-reasons"' in refused.text
    assert await queries.list_registrations(citizen) == []


async def test_sending_the_form_twice_makes_one_registration(
    signed_in: Browser, citizen: uuid.UUID
) -> None:
    sent = answers(purposes=["news"])
    first, second = [await signed_in.post(f"{PLACE}/register", data=sent) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    again = await signed_in.post(f"{PLACE}/register", data=answers())
    assert again.status_code == 409
    assert "すでに登録しています" in plain(again)
    # Who comes by the address of the form is led to what is there.
    led = await signed_in.get(f"{PLACE}/register")
    assert led.headers["location"] in first.headers["location"]


async def test_another_persons_registration_does_not_exist(
    signed_in: Browser, browser_of: SignIn
) -> None:
    theirs = await registered(signed_in)
    stranger = await browser_of(await make_account("太郎"))
    for part in ("", "/edit", "/withdraw"):
        assert (await stranger.get(theirs + part)).status_code == 404
    for part in ("/edit", "/withdraw"):
        assert (await stranger.post(theirs + part, data=answers())).status_code == 404
    assert "飛騨市" not in (await stranger.get("/ja/my/places")).text


async def test_under_sixteen_a_guardian_is_needed_to_register_and_never_to_leave(
    browser_of: SignIn,
) -> None:
    child_id = await make_account(minor_until=clock.today() + timedelta(days=400))
    await db.fetch(
        "UPDATE accounts_account SET guardian_confirmed_at = $2 WHERE id = $1",
        child_id,
        clock.now(),
    )
    child = await browser_of(child_id)
    registration = await registered(child)
    await db.fetch(
        "UPDATE accounts_account SET guardian_confirmed_at = NULL WHERE id = $1", child_id
    )
    later = await browser_of(child_id)
    assert (await later.get(f"/ja/places/municipalities/{GIFU}/register")).status_code == 403
    assert (await later.get(f"{registration}/edit")).status_code == 403
    left = await later.post(f"{registration}/withdraw", data={"submission": str(uuid.uuid4())})
    assert left.status_code == 303


async def test_the_place_tells_each_person_their_own_part_in_a_fragment(
    signed_in: Browser, visitor: httpx.AsyncClient
) -> None:
    assert (await visitor.get(f"{PLACE}/_tie")).status_code == 204
    assert (await signed_in.get(f"{PLACE}/_tie")).status_code == 204
    registration = await registered(signed_in)
    fragment = await signed_in.get(f"{PLACE}/_tie")
    assert registration in fragment.text
    assert fragment.headers["cache-control"] == "private, no-store"
    page = await signed_in.get(PLACE)
    assert registration not in page.text
    assert page.headers["cache-control"].startswith("public")


async def test_attendance_shows_as_a_record_of_activity(
    signed_in: Browser, citizen: uuid.UUID
) -> None:
    attendance = Attendance(
        application_id=uuid.uuid4(),
        account_id=citizen,
        municipality_code=HIDA,
        programme_kind="helping",
        day=clock.today(),
        home_municipality="",
        age_band="",
        identity_level=1,
    )
    for _ in range(2):
        await service.record_activity(attendance)
    page = plain(await signed_in.get("/ja/my/places"))
    assert page.count("受入れ団体の確認") == 1
    assert "お手伝い" in page


async def test_the_file_of_ones_data_has_ended_ties_and_every_consent(citizen: uuid.UUID) -> None:
    person = Registrant(account_id=citizen)
    form = RegistrationForm(
        municipality=HIDA, reasons=[Reason.TRAVEL], purposes=[Purpose.NEWS, Purpose.SURVEYS]
    )
    await service.withdraw(person, await service.register(person, form))
    [(kind, registration)] = [each async for each in privacy.PERSONAL_DATA.export(citizen)]
    assert kind == "registrations"
    assert registration["withdrawn_at"] is not None
    assert [act["given"] for act in registration["consents"]].count(True) == 2
