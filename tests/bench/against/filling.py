"""Fills a running site, whatever its commit, with what the rows need: over HTTP only.

The sample content (`enishi up --demo`) is there already and the same on both sides: the same
number of people and the same day give the same content.
"""

import itertools
import random
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from tests.bench.against.visitors import Visitor, client, in_parallel, sign_in

SAMPLE = 2_000  # people of the sample content
GUESTS, ACCOUNTS = 900, 400
READERS = 200  # of the accounts: they ask for cards, and vote only here
READ = 20  # votes of each reader
STATEMENTS, STATEMENTS_EACH = 150, 15  # written here; a participant may write 20 an hour
_CLERK = "clerk@sample.example"
_MOST_PLACES = 10_000  # the form takes no more
_COPIES = 52  # sessions, the most that the form takes at once
_SESSION = re.compile(r"/programmes/sessions/([0-9a-f-]{36})")


@dataclass(frozen=True)
class Content:
    """What is on a site: cookies are values of the Cookie header, the rest are ids.

    `voters` vote while it is measured, `readers` have cast READ votes, `applicants` have not
    applied to any of the `sessions`.
    """

    slug: str
    statements: list[str]
    voters: list[str]
    readers: list[str]
    applicants: list[str]
    sessions: list[str]


async def fill(base_url: str, sessions: int) -> Content:
    """Have people who vote, read and apply, an open dialogue, and at least so many sessions."""
    async with client(base_url) as http:
        addresses = [f"p{number:07d}@people.example" for number in range(ACCOUNTS)]
        clerk, *accounts = await sign_in(http, [_CLERK, *addresses])
        guests = [Visitor(http, number) for number in range(GUESTS)]
        slug = await _open_dialogue(http)
        await _vote(guests, 1, slug, await _statements(http, slug))
        await _write_statements(guests, slug)
        statements = await _statements(http, slug)
        readers, others = accounts[:READERS], accounts[READERS:]
        await _vote(readers, READ, slug, statements)
        return Content(
            slug=slug,
            statements=statements,
            voters=[each.cookie for each in [*guests, *others]],
            readers=[each.cookie for each in readers],
            applicants=[each.cookie for each in accounts],
            sessions=await _add_sessions(clerk, sessions) if sessions else [],
        )


async def _open_dialogue(http: httpx.AsyncClient) -> str:
    answer = await Visitor(http).send("GET", "/api/v1/dialogues")
    return min(
        str(each["slug"])
        for each in answer.json()["items"]
        if each["phase"] == "open" and each["guests_allowed"]
    )


async def _statements(http: httpx.AsyncClient, slug: str) -> list[str]:
    """The ids of all public statements."""
    found: list[str] = []
    page = {"next": ""}
    while page["next"] is not None:
        more = {"after": page["next"]} if page["next"] else {}
        answer = await Visitor(http).send("GET", _path(slug), params=more)
        page = answer.json()
        found += [each["id"] for each in page["items"]]
    return found


def _path(slug: str) -> str:
    return f"/api/v1/dialogues/{slug}/statements"


async def _vote(visitors: Iterable[Visitor], times: int, slug: str, statements: list[str]) -> None:
    """So many votes of each, on statements of their own choice."""
    chance = random.Random(1)  # noqa: S311 (the same choices on both sides)

    async def vote(visitor: Visitor, chosen: list[str]) -> None:
        for number, statement in enumerate(chosen):
            body = {"vote": number % 3 - 1}
            await visitor.send("PUT", f"{_path(slug)}/{statement}/vote", 204, json=body)

    await in_parallel(vote(each, chance.sample(statements, times)) for each in visitors)


async def _write_statements(visitors: list[Visitor], slug: str) -> None:
    async def write(visitor: Visitor, numbers: Iterable[int]) -> None:
        for number in numbers:
            key = {"idempotency-key": str(uuid.uuid4())}
            body = {"text": f"測定のための意見その{number}", "anyway": True}
            await visitor.send("POST", _path(slug), 200, 201, json=body, headers=key)

    chunks = range(0, STATEMENTS, STATEMENTS_EACH)
    await in_parallel(
        write(visitor, range(first, first + STATEMENTS_EACH))
        for visitor, first in zip(visitors, chunks, strict=False)
    )


async def _add_sessions(clerk: Visitor, wanted: int) -> list[str]:
    """Sessions with room for all, of a programme that an adult may just apply to."""
    office = await _office(clerk)
    listed = await clerk.send("GET", office)
    programmes = sorted(set(re.findall(rf"{office}/([0-9a-f-]{{36}})", listed.text)))
    for programme in programmes:
        first = await _add_session(clerk, office, programme, 0)
        if await _may_apply(clerk, first):
            return await _repeat(clerk, office, programme, wanted)
    raise SystemExit("No programme of the sample takes an adult's plain application.")


async def _office(clerk: Visitor) -> str:
    me = await clerk.send("GET", "/ja/me")
    found = re.search(r"/ja/office/[a-z0-9-]+", me.text)
    if found is None:
        raise SystemExit(f"{_CLERK} has no office.")
    return f"{found[0]}/programmes"


async def _add_session(clerk: Visitor, office: str, programme: str, number: int) -> str:
    """One more session a month from now; `number` tells its hour from that of the others."""
    before = await _sessions(clerk, office, programme)
    today = (datetime.now(UTC) + timedelta(hours=9)).date()
    await clerk.post(
        f"{office}/{programme}/sessions/new",
        day=str(today + timedelta(days=30)),
        starts=f"{8 + number // 60:02d}:{number % 60:02d}",
        ends="22:00",
        capacity=str(_MOST_PLACES),
        waiting_limit="0",
        opens_on=str(today),
        last_day=str(today + timedelta(days=29)),
        **{"meeting_place.ja": "測定の会場", "ends_on": ""},
    )
    [added] = await _sessions(clerk, office, programme) - before
    return added


async def _sessions(clerk: Visitor, office: str, programme: str) -> set[str]:
    page = await clerk.send("GET", f"{office}/{programme}")
    return set(_SESSION.findall(page.text))


async def _may_apply(visitor: Visitor, session: str) -> bool:
    party = {"party.0.kind": "adult", "party.0.name": "x", "party.0.age": "30", "note": ""}
    path = f"/ja/programmes/sessions/{session}/apply"
    answer = await visitor.post(path, 303, 409, 422, **party)
    return answer.status_code == 303


async def _repeat(clerk: Visitor, office: str, programme: str, wanted: int) -> list[str]:
    """So many new sessions at least: one by hand, each week for a year, and the next one."""
    before = await _sessions(clerk, office, programme)
    for number in itertools.count(1):
        session = await _add_session(clerk, office, programme, number)
        again = f"{office}/sessions/{session}/copy"
        await clerk.post(again, how="weekly", weeks=str(_COPIES))
        found = await _sessions(clerk, office, programme) - before
        if len(found) >= wanted:
            break
    return sorted(found)
