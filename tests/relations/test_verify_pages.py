"""The page that verifies a certificate without a script, and what other verifiers need."""

import io
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.fixtures.accounts import Browser
from tests.relations.build import plain, registered
from tests.relations.certificate_walks import issued, said, verdict

from enishi.kit import clock, db, public_keys, signing_key
from enishi.relations.certificates import service, status_list, tokens
from enishi.relations.certificates.kinds import Verdict
from enishi.relations.pages import verification as pages

pytestmark = pytest.mark.usefixtures("key_file")


async def test_the_page_tells_forged_expired_revoked_and_unchecked_apart(
    signed_in: Browser, visitor: httpx.AsyncClient
) -> None:
    at = await registered(signed_in)
    token = await issued(signed_in, at)
    await service.publish_status_list()
    shown = await said(visitor, f"http://testserver/ja/verify#{token}")
    for words in ("有効な登録証です", "岐阜県飛騨市", "ベーシック登録", "書かれていません"):
        assert words in shown
    forged = f"{token[:-20]}{'A' * 20}"
    assert "偽物か、内容が変えられた登録証です" in await said(visitor, forged)
    assert "飛騨市" not in await said(visitor, forged)
    assert "登録証として読めません" in await said(visitor, "こんにちは")
    with clock.frozen_at(clock.now() + timedelta(days=8)):
        assert "失効の確認ができていません" in await said(visitor, token)
    with clock.frozen_at(clock.now() + timedelta(days=400)):
        assert "有効期限が切れた登録証です" in await said(visitor, token)
    assert await db.fetch("SELECT 1 FROM relations_certificate WHERE token = ''") == []
    empty = await visitor.post("/ja/verify", data={"token": ""})
    assert empty.status_code == 422
    assert "ファイルを選んでください" in plain(empty)
    assert token not in (await visitor.get("/ja/verify")).text


async def test_a_file_is_verified_without_a_script(
    signed_in: Browser, visitor: httpx.AsyncClient
) -> None:
    at = await registered(signed_in)
    token = await issued(signed_in, at)
    await service.publish_status_list()
    pages.invalidate()
    for content, words in (
        (token.encode() + b"\n", "有効な登録証です"),
        (b"\xff\xfe\x00", "登録証として読めません"),
        (b"a" * 100_000, "登録証として読めません"),
    ):
        sent = {"file": ("certificate.txt", io.BytesIO(content), "text/plain")}
        answer = await visitor.post("/ja/verify", data={"token": ""}, files=sent)
        assert answer.status_code == 200
        assert words in plain(answer)


async def test_keys_and_list_are_published_for_every_verifier(
    signed_in: Browser, visitor: httpx.AsyncClient, key_file: Path
) -> None:
    assert (await visitor.get("/.well-known/jwks.json")).json() == {"keys": []}
    assert (await visitor.get("/.well-known/certificate-status.jwt")).status_code == 204
    at = await registered(signed_in)
    token = await issued(signed_in, at)
    old = await public_keys.own_key()
    renewed = signing_key.new()
    await public_keys.register(renewed.public)
    signing_key.replace(renewed, key_file)
    await service.publish_status_list()
    pages.invalidate()
    keys = await visitor.get("/.well-known/jwks.json")
    assert {each["kid"] for each in keys.json()["keys"]} == {old.id, renewed.id}
    assert keys.headers["access-control-allow-origin"] == "*"
    assert "max-age" in keys.headers["cache-control"]
    listed = await visitor.get("/.well-known/certificate-status.jwt")
    known = await public_keys.list_keys()
    assert len(tokens.read_status_list(listed.text, known).bits) == status_list.BYTES
    # Signed with the old key, judged by a list of the new one.
    assert await verdict(token) is Verdict.VALID
