"""Writes by operators: each act is one unit of work with its audit entry."""

import uuid

from enishi.audit import service as audit
from enishi.kit import db, job_board
from enishi.operations import sign_in


async def enter(token: str) -> str:
    """Use up a sign-in link; returns the session's token."""
    async with db.unit_of_work():
        operator, session = await sign_in.use_link(token)
        await audit.record("kit.operator.signed_in", actor_id=None, subject=("operator", operator))
    return session


async def retry_job(operator: str, job_id: uuid.UUID) -> None:
    async with db.unit_of_work():
        name = await job_board.try_again(job_id)
        await audit.record(
            "kit.job.retried", actor_id=None, subject=("job", job_id), operator=operator, job=name
        )


async def give_job_up(operator: str, job_id: uuid.UUID) -> None:
    async with db.unit_of_work():
        name = await job_board.give_up(job_id)
        await audit.record(
            "kit.job.given_up", actor_id=None, subject=("job", job_id), operator=operator, job=name
        )
