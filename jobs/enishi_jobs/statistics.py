"""Copying what was done into the facts that figures are made of, and publishing figures."""

from enishi.statistics.service import facts, releases
from enishi.wiring import FACT_SOURCES


async def collect() -> None:
    await facts.collect(FACT_SOURCES)


async def publish() -> None:
    """Once a day; asked every hour, so that a worker that was down makes up for it."""
    await releases.publish(FACT_SOURCES)
