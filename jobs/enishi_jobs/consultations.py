"""Landscape runs, computed in processes of their own; vote steps; stored forms of texts."""

from enishi.consultations.landscape_runs.jobs import RefreshLandscape
from enishi.consultations.landscape_runs.service import due, runs
from enishi.consultations.voting import service as statements
from enishi.consultations.voting import vote_steps
from enishi_jobs.computing import compute
from enishi_jobs.registry import handles


async def take_vote_steps() -> None:
    """Publish the steps that are due; each minute, because a close is published soon after it."""
    await vote_steps.take_due()


async def look() -> None:
    await due.look()


@handles(RefreshLandscape)
async def refresh(job: RefreshLandscape) -> None:
    await runs.refresh(job.consultation_id, compute)


async def refold() -> None:
    await statements.refold()
