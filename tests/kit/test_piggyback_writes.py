"""What rides along with a statement is written with it, and only if it is."""

import json
import uuid
from typing import Any

import asyncpg
import pytest

from enishi.audit import service as audit
from enishi.kit import clock, db, idempotency, ids, jobs
from enishi.kit.idempotency import Submission
from enishi.kit.mail import SendMail
from enishi.kit.piggyback_writes import Document, PiggybackWrite, Returned, Statement

SUBMISSION = Submission(uuid.UUID(int=7), "tests:write somebody", b"a=1")
_WRITE = """
result AS (
    INSERT INTO accounts_change (id, account_id, changed_at) SELECT $1, $2, $3 WHERE $4
    RETURNING id AS change_id, account_id
)
"""


def writing(*writes: PiggybackWrite, does: bool = True) -> Statement:
    return Statement(_WRITE, (ids.new_id(), uuid.UUID(int=1), clock.now(), does), writes)


def everything(job_id: uuid.UUID) -> list[PiggybackWrite]:
    return [
        jobs.piggyback(job_id, SendMail, mail_id=Returned("change_id")),
        audit.piggyback(
            "tests.row.written",
            actor_id=None,
            subject=("row", "x"),
            where=Returned("account_id"),
            name="縁",
        ),
        idempotency.piggyback(SUBMISSION, url="/there", row=Returned("change_id")),
    ]


async def one(table: str) -> dict[str, Any]:
    [row] = await db.fetch(f"SELECT * FROM {table}")  # noqa: S608 (names of ours)
    return row


async def test_a_job_an_entry_and_a_key_are_written_with_what_the_statement_returned() -> None:
    job_id = ids.new_id()
    [made] = await writing(*everything(job_id)).run()

    job = await one("kit_job")
    assert (job["id"], job["name"], job["state"]) == (job_id, SendMail.name, "due")
    assert SendMail.read(job["version"], json.loads(job["payload"])) == SendMail(
        mail_id=made["change_id"]
    )
    entry = await one("audit_entry")
    where = {"where": str(made["account_id"]), "name": "縁"}
    assert (entry["action"], json.loads(entry["data"])) == ("tests.row.written", where)
    outcome = {"url": "/there", "row": str(made["change_id"])}
    assert await idempotency.find_outcome(SUBMISSION) == outcome


async def test_a_statement_that_does_nothing_takes_nobody_along() -> None:
    assert await writing(*everything(ids.new_id()), does=False).run() == []
    for table in ("kit_job", "audit_entry", "kit_idempotency"):
        assert await db.fetch(f"SELECT id FROM {table}") == []  # noqa: S608 (names of ours)
    assert await idempotency.find_outcome(SUBMISSION) is None


@pytest.mark.usefixtures("own_database")
async def test_a_key_that_was_used_undoes_the_statement_it_rides_with() -> None:
    key = idempotency.piggyback(SUBMISSION)
    await writing(key).run()
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await writing(idempotency.piggyback(SUBMISSION)).run()
    assert db.violated_constraint(refused.value) == idempotency.UNIQUE
    assert await db.fetch_value("SELECT count(*) FROM accounts_change") == 1
    other = Submission(SUBMISSION.key, SUBMISSION.scope, b"a=2")
    with pytest.raises(idempotency.KeyReusedError):
        await idempotency.find_outcome(other)


def test_the_sql_depends_on_the_shape_alone_and_values_are_arguments() -> None:
    quote = "'; DROP TABLE kit_job; --"
    texts = [
        writing(PiggybackWrite("t", {"a": value, "b": Document({"c": value})})).compose()[0]
        for value in ("x", quote)
    ]
    assert texts[0] == texts[1]


def test_a_job_rides_with_all_its_fields_or_not_at_all() -> None:
    with pytest.raises(ValueError, match="does not consist of"):
        jobs.piggyback(ids.new_id(), SendMail, message_id="x")


@pytest.mark.usefixtures("own_database")
async def test_a_statement_alone_is_its_own_transaction_and_hints_follow_it() -> None:
    done: list[str] = []

    async def hint() -> None:
        done.append("hinted")

    async with db.one_statement():
        assert not db.in_unit_of_work()
        await writing().run()
        db.after_commit(hint)
        assert done == []
    assert done == ["hinted"]


async def test_inside_a_unit_of_work_a_refused_statement_undoes_itself_alone() -> None:
    async with db.unit_of_work():
        await writing(idempotency.piggyback(SUBMISSION)).run()
        with pytest.raises(asyncpg.UniqueViolationError):
            async with db.one_statement():
                await writing(idempotency.piggyback(SUBMISSION)).run()
        await writing().run()
    assert await db.fetch_value("SELECT count(*) FROM accounts_change") == 2
