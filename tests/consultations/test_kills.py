"""No acknowledged vote is lost when PostgreSQL or a web process is killed under load."""

import asyncio
import json
import os
import random
import signal
import uuid
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest
from tests.servers.harness import PATIENCE, Site, children_of, short_folder
from tests.servers.test_up import database_of, server_called, start

from enishi.consultations.participation import guest_cookie
from enishi.consultations.voting.vote_sql import RECOUNT
from enishi.kit import clock

pytestmark = pytest.mark.soak

ROUNDS = 5
VOTERS = 24
STATEMENTS = 12
Key = tuple[uuid.UUID, uuid.UUID]


class Ledger:
    """The acknowledged vote of each key, and the votes sent since without an answer."""

    def __init__(self) -> None:
        self.acknowledged: dict[Key, int] = {}
        self.asked_since: dict[Key, list[int]] = defaultdict(list)
        self.count = 0
        self._waiting: list[tuple[int, asyncio.Event]] = []

    def ask(self, key: Key, value: int) -> None:
        self.asked_since[key].append(value)

    def acknowledge(self, key: Key, value: int) -> None:
        self.acknowledged[key] = value
        # One voter asks one thing after the other: what was asked before is settled by this.
        self.asked_since[key].clear()
        self.count += 1
        for wanted, reached in self._waiting:
            if self.count >= wanted:
                reached.set()

    async def reaches(self, count: int) -> None:
        reached = asyncio.Event()
        self._waiting.append((count, reached))
        await reached.wait()

    def possible(self, key: Key) -> set[int]:
        return {self.acknowledged[key], *self.asked_since[key]}


async def fill(database: str) -> tuple[list[uuid.UUID], list[uuid.UUID], uuid.UUID]:
    """An open dialogue with its statements and as many guests as there are voters."""
    connection = await asyncpg.connect(database)
    now = clock.now()
    organisation, dialogue = uuid.uuid4(), uuid.uuid4()
    text = json.dumps({"ja": "耐久", "en": "", "easy_ja": ""})
    await connection.execute(
        "INSERT INTO organisations_organisation (id, slug, kind, name, contact, website,"
        " created_at) VALUES ($1, 'soak', 'host', $2, '', '', $3)",
        organisation,
        text,
        now,
    )
    await connection.execute(
        "INSERT INTO consultations_consultation (id, organisation_id, slug, kind, title,"
        " eligibility, contact, guests_allowed, moderation,"
        " statement_count, version, published_at, created_at, updated_at) VALUES ($1, $2, 'soak',"
        " 'dialogue', $3, 'anyone', '', true, 'after', 0, 1, $4, $4, $4)",
        dialogue,
        organisation,
        text,
        now,
    )
    for table, begins, ends, kind in (
        ("consultations_phase", "starts_at", "ends_at", "open"),
        ("consultations_component", "opens_at", "closes_at", "statements"),
    ):
        more = ("", "") if kind == "open" else (", settings", ", '{}'")
        await connection.execute(
            f"INSERT INTO {table} (id, consultation_id, kind, {begins}, {ends}{more[0]})"  # noqa: S608
            f" VALUES ($1, $2, $3, $4, $5{more[1]})",
            uuid.uuid4(),
            dialogue,
            kind,
            now - timedelta(days=1),
            now + timedelta(days=1),
        )
    people = [uuid.uuid4() for _ in range(VOTERS)]
    statements = [uuid.uuid4() for _ in range(STATEMENTS)]
    await connection.executemany(
        "INSERT INTO consultations_participant (id, consultation_id, channel, identity_level,"
        " joined_at) VALUES ($1, $2, 'guest', 0, $3)",
        [(person, dialogue, now) for person in people],
    )
    await connection.executemany(
        "INSERT INTO consultations_statement (id, consultation_id, number, text, language, grams,"
        " origin, state, created_at) VALUES ($1, $2, $3, 'x', 'ja', '{}', 'seed', 'accepted', $4)",
        [(statement, dialogue, n, now) for n, statement in enumerate(statements, start=1)],
    )
    await connection.close()
    return people, statements, dialogue


async def vote_until(
    site: Site,
    stop: asyncio.Event,
    voter: tuple[uuid.UUID, str],
    statements: list[uuid.UUID],
    ledger: Ledger,
) -> None:
    person, token = voter
    dice = random.Random(person.int)  # noqa: S311 (a load, not a secret)
    headers = {"cookie": f"guest-soak={token}", "sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(base_url=site.address, headers=headers, timeout=30) as client:
        while not stop.is_set():
            key, value = (person, dice.choice(statements)), dice.choice((-1, 0, 1))
            ledger.ask(key, value)
            try:
                answer = await client.put(
                    f"/api/v1/dialogues/soak/statements/{key[1]}/vote", json={"vote": value}
                )
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == 204:
                ledger.acknowledge(key, value)
            await asyncio.sleep(0.35)  # below the limit on votes of one person


async def kill_under_load(
    site: Site,
    ledger: Ledger,
    people: list[tuple[uuid.UUID, str]],
    statements: list[uuid.UUID],
    victim: int,
) -> None:
    stop = asyncio.Event()
    voters = [
        asyncio.create_task(vote_until(site, stop, each, statements, ledger)) for each in people
    ]
    await asyncio.wait_for(ledger.reaches(ledger.count + VOTERS), PATIENCE)
    os.kill(victim, signal.SIGKILL)
    await asyncio.sleep(1)
    # More answers than those that were under way at the kill.
    await asyncio.wait_for(ledger.reaches(ledger.count + 3 * VOTERS), PATIENCE)
    stop.set()
    await asyncio.gather(*voters)


@pytest.fixture
def folder() -> object:
    with short_folder() as made:
        yield made


async def test_kills_of_the_database_and_of_a_web_process_lose_no_acknowledged_vote(
    folder: Path,
) -> None:
    ledger = Ledger()
    with start(folder) as site:
        assert site.address
        people, statements, dialogue = await fill(database_of(folder))
        voters = [(person, guest_cookie.token_for(dialogue, person)) for person in people]
        for round_ in range(ROUNDS):
            web = server_called(site, b"enishi.cli web")
            worker = random.choice(list(children_of(web)))  # noqa: S311
            await kill_under_load(site, ledger, voters, statements, worker)
            postgres = server_called(site, b"bin/postgres")
            await kill_under_load(site, ledger, voters, statements, postgres)
            connection = await asyncpg.connect(database_of(folder))
            rows = await connection.fetch("SELECT * FROM consultations_vote")
            assert await connection.fetch(RECOUNT) == [], f"round {round_}"
            await connection.close()
            found = {(row["participant_id"], row["statement_id"]): row["value"] for row in rows}
            lost = [
                key for key in ledger.acknowledged if found.get(key) not in ledger.possible(key)
            ]
            assert lost == [], f"round {round_}: {len(lost)} of {ledger.count} lost"
            # The supervisor gives up on a service that ends more than three times a minute.
            await asyncio.sleep(15)
        assert site.terminate() == 0
