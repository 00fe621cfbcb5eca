"""Requests that no browser of a person sends: refused with the right status, kept by no cache."""

import json
import uuid

import httpx
import pytest
from tests.consultations.build import invalidate, make_dialogue

DEPTHS = (50, 500, 5_000, 40_000)
NESTED = {
    "lists": ("[", "]"),
    "objects": ('{"text":', "}"),
    "unclosed lists": ("[", ""),
    "unclosed objects": ('{"a":', ""),
}


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("kind", NESTED)
async def test_deep_json_is_refused(visitor: httpx.AsyncClient, kind: str, depth: int) -> None:
    made = await make_dialogue()
    invalidate()
    opening, closing = NESTED[kind]
    inside = opening * depth + "1" + closing * depth
    for body in (inside, f'{{"text":{inside}}}'):
        answer = await visitor.post(
            f"/api/v1/dialogues/{made.slug}/opinions",
            content=body,
            headers={"content-type": "application/json", "idempotency-key": str(uuid.uuid4())},
        )
        assert answer.status_code in (400, 413, 422), (kind, depth, answer.status_code)
        assert "detail" in json.loads(answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "//ja/dialogues",
        "/ja//dialogues",
        "//ja",
        "///ja/programmes",
        "//",
        "//static/x.css",
        "//api/v1/programmes",
        "/ja/dialogues//",
    ],
)
async def test_an_address_with_two_slashes_is_kept_by_no_cache(
    visitor: httpx.AsyncClient, path: str
) -> None:
    """Its language would be the browser's, so a shared cache would mix languages."""
    answer = await visitor.get(httpx.URL(scheme="http", host="enishi.test", raw_path=path.encode()))
    assert answer.status_code in (301, 308, 404), answer.status_code
    kept = answer.headers.get("cache-control", "")
    assert "public" not in kept, kept
