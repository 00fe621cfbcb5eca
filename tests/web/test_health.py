"""Machines ask whether the site lives, whether it can serve, and how it is doing."""

import pytest
from pydantic import SecretStr
from tests.web.conftest import Visit

from enishi.settings import Settings


async def test_the_site_lives_and_can_serve(visit: Visit) -> None:
    async with visit() as client:
        assert (await client.get("/healthz")).text == "ok"
        ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"database": "ok"})


async def test_figures_are_counted_by_pattern_and_never_by_address(visit: Visit) -> None:
    async with visit() as client:
        for path in ("/files/secret-one", "/nowhere-two"):
            await client.get(path)
        await client.request("BREW-three", "/ja/")
        figures = (await client.get("/metrics")).text
    assert 'route="/files/{public_id}"' in figures
    assert 'route="unknown"' in figures
    assert not any(secret in figures for secret in ("secret-one", "nowhere-two", "BREW"))


async def test_in_production_figures_need_their_token(
    visit: Visit, production: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visit("https://enishi.example") as client:
        assert (await client.get("/metrics")).status_code == 404
        assert (await client.get("/metrics", headers=bearer("guess"))).status_code == 404
        with_token = production.model_copy(update={"metrics_token": SecretStr("right")})
        monkeypatch.setattr("enishi.web.health.get_settings", lambda: with_token)
        assert (await client.get("/metrics")).status_code == 404
        for wrong in ("guess", "righ", "right ", "r\u00efght"):
            answer = await client.get("/metrics", headers=bearer(wrong))
            assert (wrong, answer.status_code) == (wrong, 404)
        answer = await client.get("/metrics", headers=bearer("right"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")


def bearer(token: str) -> dict[str, bytes]:
    return {"authorization": f"Bearer {token}".encode("latin-1")}
