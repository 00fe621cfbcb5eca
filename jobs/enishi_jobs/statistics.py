"""Collecting facts and publishing releases."""

from enishi.kit.metrics import Gauge
from enishi.statistics.service import chart_store, cube_releases, facts
from enishi.wiring import FACT_SOURCES

DRIFT = Gauge(
    "enishi_statistics_drift",
    "Stored figures that the last recount found to differ from the logs, and mended.",
    multiprocess_mode="mostrecent",
)


async def collect() -> None:
    await facts.collect(FACT_SOURCES)


async def recount() -> None:
    """Derive all facts again, mend what differs, and tell operators how much that was."""
    await facts.collect(FACT_SOURCES)
    drifts = await facts.recount(FACT_SOURCES)
    DRIFT.set(sum(each.missing + each.surplus for each in drifts))


async def publish() -> None:
    """Release what is due and render its charts; hourly, to catch up on a missed run."""
    # Without the key of the figures, or past a gate that refuses, the job fails: operators see why.
    await cube_releases.publish(FACT_SOURCES)
    await chart_store.render_newest()
