"""The certificate of a registration: issued, shown, revoked, limited."""

import asyncio
import re
import uuid
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.accounts.walks import follow, send
from tests.fixtures.accounts import Browser, SignIn, make_account
from tests.relations.build import answers, plain, registered
from tests.relations.certificate_walks import issued, said, verdict

from enishi.kit import clock, db, signing_key
from enishi.kit.errors import NotFoundError
from enishi.relations import privacy
from enishi.relations.certificates import queries, service
from enishi.relations.certificates.errors import TooManyCertificatesError
from enishi.relations.certificates.kinds import Verdict

pytestmark = pytest.mark.usefixtures("key_file")


async def test_a_resident_issues_shows_changes_and_revokes_a_certificate(
    signed_in: Browser, visitor: httpx.AsyncClient
) -> None:
    at = await registered(signed_in)
    assert f'href="{at}/certificate"' in (await signed_in.get(at)).text
    first = await issued(signed_in, at)
    page = await signed_in.get(f"{at}/certificate?done=issued")
    assert "登録証を発行しました" in plain(page)
    assert "入れていません" in plain(page)
    picture = await signed_in.get(f"{at}/certificate/qr")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert picture.headers["cache-control"] == "private, no-store"

    shown = await said(visitor, first)
    assert "有効な登録証です" not in shown  # no list was published yet
    assert "失効の確認ができていません" in shown
    assert await verdict(first) is Verdict.VALID
    second = await issued(signed_in, at, with_name="yes")
    assert "花子" in plain(await signed_in.get(f"{at}/certificate"))
    assert await verdict(first) is Verdict.REVOKED
    assert await verdict(second) is Verdict.VALID

    page = await signed_in.get(f"{at}/certificate")
    gone = await follow(signed_in, await send(signed_in, page, "/revoke"))
    assert "登録証を取り消しました" in plain(gone)
    assert await verdict(second) is Verdict.REVOKED
    assert (await signed_in.get(f"{at}/certificate/file")).status_code == 404
    assert (await signed_in.get(f"{at}/certificate/qr")).status_code == 404
    assert await db.fetch("SELECT 1 FROM relations_certificate WHERE token <> ''") == []


async def test_who_withdraws_has_no_certificate_left(
    signed_in: Browser, citizen: uuid.UUID
) -> None:
    at = await registered(signed_in)
    token = await issued(signed_in, at, with_name="yes")
    page = await signed_in.get(f"{at}/withdraw")
    assert "登録証（取り消されます" in plain(page)
    await send(signed_in, page, "/withdraw")
    assert await verdict(token) is Verdict.REVOKED
    assert (await signed_in.get(f"{at}/certificate")).status_code == 404
    assert [kind async for kind, _ in privacy.PERSONAL_DATA.export(citizen)] == ["registrations"]
    # Registered again: the old one stays revoked, a new one is valid.
    again = await registered(signed_in)
    assert await verdict(token) is Verdict.REVOKED
    assert await verdict(await issued(signed_in, again)) is Verdict.VALID
    assert await verdict(token) is Verdict.REVOKED


async def test_an_erased_person_leaves_a_revoked_position_and_no_name(
    signed_in: Browser, citizen: uuid.UUID
) -> None:
    at = await registered(signed_in)
    token = await issued(signed_in, at, with_name="yes")
    exported = {kind: value async for kind, value in privacy.PERSONAL_DATA.export(citizen)}
    assert exported["certificates"]["token"] == token
    await privacy.PERSONAL_DATA.erase(citizen)
    assert await verdict(token) is Verdict.REVOKED
    [row] = await db.fetch("SELECT token FROM relations_certificate")
    assert row["token"] == ""


async def test_another_tier_or_a_registration_cut_from_its_person_revokes(
    signed_in: Browser,
) -> None:
    at = await registered(signed_in)
    token = await issued(signed_in, at)
    await db.execute("UPDATE relations_registration SET tier = 'premium'")
    assert await verdict(token) is Verdict.REVOKED
    await db.execute("UPDATE relations_registration SET tier = 'basic'")
    assert await verdict(token) is Verdict.VALID
    await db.execute("UPDATE relations_registration SET account_id = NULL")
    assert await verdict(token) is Verdict.REVOKED


async def test_another_persons_certificate_does_not_exist(
    signed_in: Browser, browser_of: SignIn
) -> None:
    at = await registered(signed_in)
    await issued(signed_in, at)
    stranger = await browser_of(await make_account("太郎"))
    for part in ("", "/file", "/qr"):
        assert (await stranger.get(f"{at}/certificate{part}")).status_code == 404
    assert (await stranger.post(f"{at}/certificate", data=answers())).status_code == 404
    [row] = await db.fetch("SELECT number FROM relations_certificate")
    revoke = f"{at}/certificate/{row['number']}/revoke"
    assert (await stranger.post(revoke, data=answers())).status_code == 404
    assert await db.fetch("SELECT 1 FROM relations_certificate WHERE revoked_at IS NOT NULL") == []


async def test_issues_at_once_leave_one_in_force(
    own_database: None, signed_in: Browser, citizen: uuid.UUID
) -> None:
    at = await registered(signed_in)
    registration = uuid.UUID(at.rpartition("/")[2])
    made = await asyncio.gather(
        *(service.issue(citizen, registration) for _ in range(8)), return_exceptions=True
    )
    assert len([each for each in made if isinstance(each, str)]) == 1
    assert len(await db.fetch("SELECT 1 FROM relations_certificate")) == 1


async def test_a_registration_has_a_limit_of_certificates(
    signed_in: Browser, citizen: uuid.UUID
) -> None:
    at = await registered(signed_in)
    registration, seen = uuid.UUID(at.rpartition("/")[2]), ""
    for _ in range(service.MOST_PER_REGISTRATION):
        seen = await service.issue(citizen, registration, seen=seen)
    with pytest.raises(TooManyCertificatesError):
        await service.issue(citizen, registration, seen=seen)
    page = await signed_in.get(f"{at}/certificate")
    refused = await send(signed_in, page, "/certificate", with_name="yes")
    assert refused.status_code == 409
    assert "12枚までです" in plain(refused)
    assert " checked" in refused.text


async def test_taken_positions_are_not_given_twice(
    signed_in: Browser, citizen: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await registered(signed_in)
    registration = uuid.UUID(at.rpartition("/")[2])
    drawn = iter([7, 7, 7, 8])
    monkeypatch.setattr("secrets.randbelow", lambda _: next(drawn))
    first = await service.issue(citizen, registration)
    await service.issue(citizen, registration, seen=first)
    rows = await db.fetch("SELECT position FROM relations_certificate ORDER BY position")
    assert [row["position"] for row in rows] == [7, 8]


async def test_without_the_key_nothing_is_issued_and_the_page_says_so(
    signed_in: Browser, key_file: Path
) -> None:
    at = await registered(signed_in)
    await issued(signed_in, at)
    await asyncio.to_thread(key_file.unlink)
    page = await signed_in.get(f"{at}/certificate")
    refused = await send(signed_in, page, "/certificate")
    assert refused.status_code == 503
    assert "いまは登録証を発行できません" in plain(refused)
    assert signing_key.read(key_file) is None
    assert len(await db.fetch("SELECT 1 FROM relations_certificate")) == 1


async def test_an_older_list_never_replaces_a_newer_one(signed_in: Browser) -> None:
    at = await registered(signed_in)
    await issued(signed_in, at)
    with clock.frozen_at(clock.now() + timedelta(hours=1)):
        await service.publish_status_list()
    newest = await queries.find_status_list()
    await service.publish_status_list()
    assert await queries.find_status_list() == newest


async def test_expired_certificates_are_pruned_after_a_month(
    signed_in: Browser, citizen: uuid.UUID
) -> None:
    at = await registered(signed_in)
    await issued(signed_in, at)
    for days, left in ((394, 1), (397, 0)):
        with clock.frozen_at(clock.now() + timedelta(days=days)):
            await service.prune()
        assert len(await db.fetch("SELECT 1 FROM relations_certificate")) == left
    assert re.fullmatch(r"/ja/my/places/[0-9a-f-]{36}", at)


async def test_a_registration_that_is_withdrawn_gets_none(
    signed_in: Browser, citizen: uuid.UUID
) -> None:
    at = await registered(signed_in)
    await send(signed_in, await signed_in.get(f"{at}/withdraw"), "/withdraw")
    with pytest.raises(NotFoundError):
        await service.issue(citizen, uuid.UUID(at.rpartition("/")[2]))
