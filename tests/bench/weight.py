"""The first view of six pages on a telephone: requests, bytes over the wire, time to largest paint.

In Chromium, as a new visitor with an empty cache; slow 4G and a slow processor are emulated. The
processor is slowed down relative to this machine, so a busy machine paints later than it would.
"""

import asyncio
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.async_api import async_playwright
from tests.bench.load import Launch, platform_running, wait_for_quiet
from tests.bench.model import BenchRow
from tests.fixtures.first_view import BUDGETS, FirstView, look
from tools import browser

_PEOPLE = "10000"
_TURNS = 5


def rows(*, full: bool) -> Iterator[BenchRow]:
    launch = Launch(options=("--demo",), settings={"ENISHI_DEMO_PEOPLE": _PEOPLE})
    turns = 3 * _TURNS if full else _TURNS
    with (
        tempfile.TemporaryDirectory(prefix="enishi-bench-") as name,
        platform_running(Path(name), launch) as running,
    ):
        wait_for_quiet()
        views = asyncio.run(_look(running.base_url, turns))
    for page, seen in views.items():
        yield from _rows(page, seen)


async def _look(origin: str, turns: int) -> dict[str, list[FirstView]]:
    """Each page so many times, in turns, so that a busy moment does not meet one page alone."""
    views: dict[str, list[FirstView]] = {name: [] for name in BUDGETS}
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=browser.find(), args=["--no-sandbox", "--disable-gpu"]
        )
        for budget in BUDGETS.values():  # drawings and compressed files are made, not measured
            await look(chromium, f"{origin}/ja{budget.path}")
        for _ in range(turns):
            for name, budget in BUDGETS.items():
                views[name].append(await look(chromium, f"{origin}/ja{budget.path}", slowly=True))
        await chromium.close()
    return views


def _rows(page: str, views: list[FirstView]) -> Iterator[BenchRow]:
    budget, last = BUDGETS[page], views[-1]
    paints = [each.seconds_to_largest_paint for each in views]
    paint, most = statistics.median(paints), budget.seconds_to_largest_paint
    photographs = sum(last.photographs.values()) / 1000
    yield BenchRow(
        f"first view, {page}: requests",
        last.requests,
        "requests",
        f"at most {budget.requests}",
        last.requests / budget.requests,
    )
    yield BenchRow(
        f"first view, {page}: over the wire",
        last.kilobytes,
        "kB",
        f"at most {budget.kilobytes}",
        last.kilobytes / budget.kilobytes,
        f"and {photographs:.0f} kB of photographs",
    )
    yield BenchRow(
        f"first view, {page}: largest paint, slow 4G, processor / 4",
        paint,
        "s",
        f"at most {most}",
        paint / most,
        f"{last.painted}; {min(paints):.2f} to {max(paints):.2f} of {len(paints)}",
    )
