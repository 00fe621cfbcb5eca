"""Copying what was done into the facts that figures are made of."""

from enishi.statistics import service
from enishi.wiring import FACT_SOURCES


async def collect() -> None:
    await service.collect(FACT_SOURCES)
