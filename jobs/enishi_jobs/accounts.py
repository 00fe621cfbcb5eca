"""Erasure of closed accounts, and pruning of codes, invitations, sessions' changes and limits."""

from enishi.accounts import one_time_codes, sessions
from enishi.accounts.jobs import EraseAccount
from enishi.accounts.service import closing
from enishi.kit import ratelimit
from enishi.organisations.service import invitations
from enishi_jobs.registry import handles


@handles(EraseAccount)
async def erase_account(job: EraseAccount) -> None:
    await closing.erase(job.account_id)


async def prune() -> None:
    await closing.resume_erasures()
    await one_time_codes.prune()
    await invitations.prune()
    await sessions.prune()
    await ratelimit.prune()
