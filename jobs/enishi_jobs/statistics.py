"""Copying what was done into the facts that figures are made of, and publishing figures."""

from enishi.statistics.service import chart_store, facts, releases
from enishi.wiring import FACT_SOURCES


async def collect() -> None:
    await facts.collect(FACT_SOURCES)


async def publish() -> None:
    """Once a day, drawn for all who will look; asked every hour, to make up for what was missed."""
    await releases.publish(FACT_SOURCES)
    await chart_store.render_newest()
