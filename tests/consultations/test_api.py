"""The JSON API: its answers, and generated requests against its OpenAPI description."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.consultations.build import Dialogue, make_dialogue, make_statement, publish_sums
from tests.programmes.listed import make_date, make_programme

from enishi.consultations.voting import writer
from enishi.kit import db
from enishi.web.app import create_litestar


@pytest.fixture
async def dialogue(own_database: None) -> AsyncIterator[Dialogue]:
    made = await make_dialogue()
    async with writer.writing():
        yield made


def at(dialogue: Dialogue, *parts: object) -> str:
    return "/".join(["/api/v1/dialogues", dialogue.slug, *map(str, parts)])


async def test_a_guest_votes_changes_and_withdraws(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    statement = await make_statement(dialogue)
    address = at(dialogue, "statements", statement, "vote")
    for vote in (1, -1, 0):
        assert (await visitor.put(address, json={"vote": vote})).status_code == 204
        own = (await visitor.get(at(dialogue, "votes"))).json()
        assert own == {"votes": {str(statement): vote}}
    [item] = (await visitor.get(at(dialogue, "statements"))).json()["items"]
    assert [item[name] for name in ("agrees", "disagrees", "passes", "counted_at")] == [None] * 4
    await publish_sums(dialogue)
    [item] = (await visitor.get(at(dialogue, "statements"))).json()["items"]
    assert (item["agrees"], item["disagrees"], item["passes"]) == (0, 0, 1)
    assert (await visitor.delete(address)).status_code == 204
    assert (await visitor.get(at(dialogue, "votes"))).json() == {"votes": {}}
    assert len(await db.fetch("SELECT 1 FROM consultations_participant")) == 1


async def test_refusals_are_problem_documents(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    nowhere = await visitor.get("/api/v1/dialogues/no-such")
    vote = at(dialogue, "statements", uuid.uuid4(), "vote")
    unreadable = await visitor.put(vote, json={"vote": 2})
    refused = await visitor.put(vote, json={"vote": 1})
    long = await visitor.post(
        at(dialogue, "statements"),
        json={"text": "あ" * 141},
        headers={"idempotency-key": str(uuid.uuid4())},
    )
    for answer, status in ((nowhere, 404), (unreadable, 400), (refused, 409), (long, 422)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
    assert "140" in long.json()["detail"]


async def test_a_statement_sent_twice_with_one_key_is_there_once(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    await visitor.put(
        at(dialogue, "statements", await make_statement(dialogue), "vote"), json={"vote": 0}
    )
    key = {"idempotency-key": str(uuid.uuid4())}
    body = {"text": "駅前に図書館がほしい"}
    first = await visitor.post(at(dialogue, "statements"), json=body, headers=key)
    second = await visitor.post(at(dialogue, "statements"), json=body, headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    other = await visitor.post(at(dialogue, "statements"), json={"text": "別"}, headers=key)
    assert other.status_code == 422


async def test_an_opinion_gets_a_receipt_that_finds_it(
    visitor: httpx.AsyncClient, dialogue: Dialogue
) -> None:
    answer = await visitor.post(
        at(dialogue, "opinions"),
        json={"text": "夜の便を**一本**増やしてください。"},
        headers={"idempotency-key": str(uuid.uuid4())},
    )
    assert answer.status_code == 201
    page = await visitor.post(
        f"/ja/dialogues/{dialogue.slug}/receipt", data={"receipt": answer.json()["receipt"].lower()}
    )
    assert "<strong>一本</strong>" in page.text
    assert "公開中" in page.text


async def test_the_description_names_every_route_of_the_api(visitor: httpx.AsyncClient) -> None:
    described = (await visitor.get("/api/v1/openapi.json")).json()["paths"]
    routes = {
        route.path.replace(":str}", "}").replace(":uuid}", "}")
        for route in create_litestar().routes
        if route.path.startswith("/api/v1/") and not route.path.endswith("openapi.json")
    }
    assert set(described) == routes


async def test_no_generated_request_meets_a_server_error(
    app: Any, dialogue: Dialogue, visitor: httpx.AsyncClient
) -> None:
    """Schemathesis writes the requests from the description; this sends them on this loop."""
    await make_statement(dialogue)
    programme = await make_programme()
    await make_date(programme)
    schema = schemathesis.openapi.from_dict((await visitor.get("/api/v1/openapi.json")).json())
    loop = asyncio.get_running_loop()
    seen: set[int] = set()

    async def send(case: Any) -> httpx.Response:
        arguments = case.as_transport_kwargs(base_url="http://enishi.test")
        arguments.pop("cookies", None)
        address = arguments["url"].replace("/dialogues/{slug}", f"/dialogues/{dialogue.slug}")
        headers = {name: value for name, value in arguments["headers"].items() if value.isascii()}
        return await visitor.request(
            arguments["method"],
            address,
            headers=headers,
            params=arguments.get("params"),
            json=arguments.get("json"),
            content=arguments.get("data"),
        )

    def run(operation: Any) -> None:
        @settings(
            max_examples=25,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), known=st.booleans())
        def check(*, case: Any, known: bool) -> None:
            if known and "slug" in (case.path_parameters or {}):
                about = programme if "/programmes/" in case.path else dialogue
                case.path_parameters["slug"] = about.slug
            answer = asyncio.run_coroutine_threadsafe(send(case), loop).result(30)
            seen.add(answer.status_code)
            assert answer.status_code < 500, (case.method, case.path, answer.text)
            documented = operation.definition.raw["responses"]
            assert str(answer.status_code) in documented, (case.method, case.path, answer.text)

        check()

    for result in schema.get_all_operations():
        await asyncio.to_thread(run, result.ok())
    assert {200, 404} <= seen
