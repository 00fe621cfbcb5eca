"""Publishing the totals of votes."""

from enishi.consultations.voting import vote_steps


async def take_vote_steps() -> None:
    """Publish the steps that are due; each minute, because a close is published soon after it."""
    await vote_steps.take_due()
