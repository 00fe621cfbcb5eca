"""The page of a place: registered people, what goes on there, and nothing that is not public."""

import uuid
from collections.abc import Awaitable, Callable

import httpx
import pytest
from tests.consultations.build import make_dialogue
from tests.fixtures.accounts import Browser, make_organisation
from tests.fixtures.statements import statements_sent
from tests.relations.build import GIFU, HIDA, PLACE, answers, plain, registered

from enishi.kit import clock, db, page_cache
from enishi.statistics.queries import registered_people


@pytest.mark.parametrize("code", [GIFU, "221317", "999999", "x"])
async def test_only_municipalities_of_today_have_such_a_page(
    visitor: httpx.AsyncClient, signed_in: Browser, code: str
) -> None:
    assert (await visitor.get(f"/ja/places/municipalities/{code}")).status_code == 404
    assert (await signed_in.get(f"/ja/places/municipalities/{code}/register")).status_code == 404


MakeSession = Callable[..., Awaitable[uuid.UUID]]


async def test_drafts_and_hidden_dialogues_are_on_no_page_of_a_place(
    visitor: httpx.AsyncClient,
    signed_in: Browser,
    make_session: MakeSession,
) -> None:
    city = await make_organisation("hida", lg_code=HIDA)
    prefecture = await make_organisation("gifu", lg_code=GIFU)
    elsewhere = await make_organisation("kaga", lg_code="172065")
    ended = {"withdrawn_at": clock.now(), "withdrawn_reason": {"ja": "理由"}}
    for organisation, name, changes in (
        (city, "公開市", {}),
        (prefecture, "公開県", {}),
        (city, "下書市", {"published_at": None}),
        (city, "撤回市", ended),
        (elsewhere, "よその", {}),
    ):
        title = {"ja": name, "en": name, "easy_ja": ""}
        await make_dialogue(organisation_id=organisation, title=title, **changes)
    for name, state in (("公開体験", "published"), ("下書体験", "draft")):
        session_id = await make_session()
        await db.fetch(
            "UPDATE programmes_programme p SET state = $2,"
            " title = jsonb_build_object('ja', $3::text)"
            " FROM programmes_session s WHERE s.programme_id = p.id AND s.id = $1",
            session_id,
            state,
            name,
        )
    await registered(signed_in)

    for browser, address in (
        (visitor, PLACE),
        (visitor, f"/ja/places/prefectures/{GIFU}"),
        (signed_in, "/ja/my/places"),
    ):
        page = plain(await browser.get(address))
        for name in ("公開市", "公開県", "公開体験"):
            assert page.count(name) == 1, (address, name)
        for name in ("下書市", "撤回市", "よその", "下書体験"):
            assert name not in page, (address, name)


NASTY = """<script>alert(1)</script>"'&<img src=x onerror=alert(2)>{{7777*7777}}"""


async def test_what_offices_write_is_text_on_the_pages_of_places(
    visitor: httpx.AsyncClient,
    signed_in: Browser,
    make_session: MakeSession,
) -> None:
    city = await make_organisation("hida", lg_code=HIDA)
    title = {"ja": NASTY, "en": NASTY, "easy_ja": ""}
    await make_dialogue(organisation_id=city, title=title)
    await make_session()
    for statement in (
        "UPDATE programmes_programme SET title = jsonb_build_object('ja', $1::text)",
        "UPDATE organisations_organisation SET name = jsonb_build_object('ja', $1::text)",
    ):
        await db.fetch(statement, NASTY)
    await registered(signed_in)
    for browser, address in (
        (visitor, PLACE),
        (visitor, f"/ja/places/prefectures/{GIFU}"),
        (visitor, f"/en/places/municipalities/{HIDA}"),
        (signed_in, "/ja/my/places"),
    ):
        page = plain(await browser.get(address))
        assert page.count("&lt;script&gt;alert(1)") >= 3, address
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "60481729" not in page


async def test_the_pages_of_places_cost_a_fixed_number_of_queries(
    visitor: httpx.AsyncClient,
    signed_in: Browser,
    make_session: MakeSession,
) -> None:
    city = await make_organisation("hida", lg_code=HIDA)
    for _ in range(4):
        await make_dialogue(organisation_id=city)
        await make_session()
    await registered(signed_in)
    for code in ("131016", "282103"):
        await signed_in.post(
            f"/ja/places/municipalities/{code}/register", data=answers(purposes=["news"])
        )
    counts = {}
    for browser, address in (
        (visitor, PLACE),
        (visitor, f"/ja/places/prefectures/{GIFU}"),
        (signed_in, "/ja/my/places"),
    ):
        registered_people.invalidate()
        page_cache.invalidate()
        with statements_sent() as sent:
            assert (await browser.get(address)).status_code == 200
        counts[address] = len(sent)
    # Two sample checks, figures, release, authorities, dialogues, programmes; then the session, its
    # roles and one's lists. The first page also loads the arrays of what is listed: four.
    assert list(counts.values()) == [11, 7, 7]
