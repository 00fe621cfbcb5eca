"""Collecting facts and publishing releases."""

from enishi.statistics.service import chart_store, cube_releases, facts, releases
from enishi.wiring import FACT_SOURCES


async def collect() -> None:
    await facts.collect(FACT_SOURCES)


async def publish() -> None:
    """Publish the day's release and render its charts; hourly, to catch up on a missed run."""
    await releases.publish(FACT_SOURCES)
    # Without the key of the figures, or past a gate that refuses, the job fails: operators see why.
    await cube_releases.publish(FACT_SOURCES)
    await chart_store.render_newest()
