"""Copying what was done into the facts that figures are made of."""

from enishi.statistics.service import facts
from enishi.wiring import FACT_SOURCES


async def collect() -> None:
    await facts.collect(FACT_SOURCES)
