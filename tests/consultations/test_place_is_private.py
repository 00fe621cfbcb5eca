"""A person's place is on no page, in no file, feed, API answer or log but their own fragment.

Every address of the dialogue is asked for: by strangers, and by its office.
"""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from tests.architecture.test_policies import Route, all_routes
from tests.consultations.build import Dialogue, invalidate, make_dialogue
from tests.consultations.landscape_build import Published, publish, vote_as
from tests.fixtures.accounts import SignIn, make_member

from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import queries
from enishi.consultations.landscape_runs.schemas import OwnPlace
from enishi.consultations.landscape_runs.stored_result import encode
from enishi.consultations.participation import guest_cookie
from enishi.kit import db, page_cache

OWN = re.compile(r"landscape-map__own|あなたは、地図の|People close to you|あなたに近い人たち：")
BY_GROUP = re.compile(r"グループ[A-F]|group [A-F]\b|[A-F][ \u00a0]\d+%", re.IGNORECASE)


@pytest.fixture
async def dialogue() -> Dialogue:
    invalidate()
    return await make_dialogue()


def routes() -> list[Route]:
    """All that are read, and are about one dialogue."""
    about = [
        route
        for route in all_routes()
        if route.method == "GET" and "/dialogues/{slug" in route.path and "{table" not in route.path
    ]
    assert len(about) > 30
    return about


def addresses(dialogue: Dialogue, organisation_slug: str) -> list[str]:
    values = {"language": "ja", "slug": dialogue.slug, "organisation_slug": organisation_slug}
    found = []
    for route in routes():
        path = route.path
        for parameter in route.parameters:
            name, _, kind = parameter.partition(":")
            value = values.get(name) or (str(uuid.uuid4()) if kind == "uuid" else "1")
            path = path.replace("{" + parameter + "}", value)
        found.append(path)
    tables = [f"/ja/dialogues/{dialogue.slug}/results/{name}.csv" for name in ("groups", "map")]
    return [*found, *tables, f"/ja/dialogues/{dialogue.slug}/results/shares.csv"]


async def slug_of(dialogue: Dialogue) -> str:
    found: str = await db.fetch_value(
        "SELECT slug FROM organisations_organisation WHERE id = $1", dialogue.organisation_id
    )
    return found


async def all_answers(
    client: httpx.AsyncClient, dialogue: Dialogue
) -> AsyncIterator[tuple[str, str]]:
    """Each address that answers, with the text of its answer."""
    for address in addresses(dialogue, await slug_of(dialogue)):
        page_cache.invalidate()
        answer = await client.get(address)
        if answer.status_code == 200 and "zip" not in answer.headers["content-type"]:
            yield address, answer.content.decode("utf-8", "replace")


def traces_of(place: OwnPlace, person: uuid.UUID) -> re.Pattern[str]:
    """The participant's id, and their coordinates to three digits."""
    told = [str(person), person.hex, f"{place.x:.3f}", f"{place.y:.3f}"]
    return re.compile("|".join(map(re.escape, told)))


async def somebody(dialogue: Dialogue, published: Published) -> tuple[uuid.UUID, OwnPlace]:
    person, _ = await vote_as(dialogue, published, 5, votes=12)
    consultation = await consultations.find_published(dialogue.slug)
    assert consultation is not None
    place = await queries.find_own_place(consultation, person)
    assert isinstance(place, OwnPlace)
    return person, place


async def test_nobody_else_reads_a_place_at_any_address(
    visitor: httpx.AsyncClient, browser_of: SignIn, dialogue: Dialogue
) -> None:
    published = await publish(dialogue)
    person, place = await somebody(dialogue, published)
    owner = await browser_of(await make_member(dialogue.organisation_id, "owner"))
    traces, read = traces_of(place, person), set()
    for client in (visitor, owner):
        async for address, text in all_answers(client, dialogue):
            read.add(address)
            assert not OWN.search(text), address
            assert not traces.search(text), address
    assert len(read) > 25
    # The control: the same places of the page tell the person themselves.
    name = guest_cookie.cookie_name(dialogue.slug)
    visitor.cookies.set(name, guest_cookie.token_for(dialogue.id, person))
    own = await visitor.get(f"/ja/dialogues/{dialogue.slug}/position")
    assert OWN.search(own.text)
    assert own.headers["cache-control"] == "private, no-store"


async def test_the_log_does_not_say_where_somebody_stands(
    visitor: httpx.AsyncClient, dialogue: Dialogue, capfd: pytest.CaptureFixture[str]
) -> None:
    published = await publish(dialogue)
    person, place = await somebody(dialogue, published)
    name = guest_cookie.cookie_name(dialogue.slug)
    visitor.cookies.set(name, guest_cookie.token_for(dialogue.id, person))
    capfd.readouterr()
    assert (await visitor.get(f"/ja/dialogues/{dialogue.slug}/position")).status_code == 200
    said = ""
    async with asyncio.timeout(10):
        while "/position" not in said:  # lines of the access log are written in batches
            await asyncio.sleep(0.05)
            said += "".join(capfd.readouterr())
    assert not traces_of(place, person).search(said)
    assert not re.search(r'"group"|group=|letter', said)


async def test_a_group_of_nine_shows_at_no_address(
    visitor: httpx.AsyncClient, browser_of: SignIn, dialogue: Dialogue
) -> None:
    published = await publish(dialogue)
    person, _ = await somebody(dialogue, published)
    members = published.result.members.copy()
    members[-1] = 9
    await db.execute(
        "UPDATE consultations_landscape_run SET result = $1,"
        " stability = jsonb_set(stability, '{members}', $2::text::jsonb)",
        encode(replace(published.result, members=members)),
        str(members.tolist()),
    )
    queries.invalidate()
    owner = await browser_of(await make_member(dialogue.organisation_id, "owner"))
    name = guest_cookie.cookie_name(dialogue.slug)
    visitor.cookies.set(name, guest_cookie.token_for(dialogue.id, person))
    read = set()
    for client in (visitor, owner):
        async for address, text in all_answers(client, dialogue):
            read.add(address)
            words = re.sub(r"<style>.*?</style>|<[^>]+>", "", text, flags=re.DOTALL)
            assert not BY_GROUP.search(words), address
            assert not OWN.search(text), address
    assert len(read) > 25
