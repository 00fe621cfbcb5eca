"""Collecting facts and publishing releases."""

import structlog

from enishi.kit import self_checks
from enishi.kit.figures_key import FiguresKeyError
from enishi.kit.metrics import Gauge
from enishi.statistics.errors import UnsafeReleaseError
from enishi.statistics.service import chart_store, cube_releases, facts
from enishi.wiring import FACT_SOURCES

DRIFT = Gauge(
    "enishi_statistics_drift",
    "Stored figures that the last recount found to differ from the logs, and mended.",
    multiprocess_mode="mostrecent",
)
KEY_CHECK, GATE_CHECK = "statistics.figures_key", "statistics.gate"

_log = structlog.get_logger(__name__)


async def collect() -> None:
    await facts.collect(FACT_SOURCES)


async def recount() -> None:
    """Derive all facts again, mend what differs, and tell operators how much that was."""
    await facts.collect(FACT_SOURCES)
    drifts = await facts.recount(FACT_SOURCES)
    DRIFT.set(sum(each.missing + each.surplus for each in drifts))


async def publish() -> None:
    """Release what is due and render its charts; hourly, to catch up on a missed run.

    Without the key of the figures, or past a gate that refuses, nothing is released. The log and
    the operators' board say which of the two it was.
    """
    refused: Exception | None = None
    try:
        await cube_releases.publish(FACT_SOURCES)
    except (FiguresKeyError, UnsafeReleaseError) as error:
        refused = error
        _log.error("statistics.publish.refused", reason=str(error))
    await self_checks.record(KEY_CHECK, int(isinstance(refused, FiguresKeyError)))
    await self_checks.record(GATE_CHECK, int(isinstance(refused, UnsafeReleaseError)))
    await chart_store.render_newest()
