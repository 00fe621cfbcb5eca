"""Stored forms of texts, after an upgrade that folds texts otherwise."""

from enishi.consultations.voting import service


async def refold() -> None:
    await service.refold()
