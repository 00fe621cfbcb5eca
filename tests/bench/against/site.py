"""A running site of one checkout, and what a load on it costs."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.against import processor
from tests.bench.against.filling import SAMPLE, Content, fill
from tests.bench.against.turns import Turn
from tests.bench.load import Checkout, Launch, Load, Running, platform_running

LOAD_GENERATOR = "load generator"
# Processors; an idle platform takes 0.008. The worker stands back, so on a busy machine it may
# work off its queue slowly: a second of little work is short enough to tell.
_RESTS_BELOW = 0.03
_LOOKS_EVERY = 1.0  # seconds
_SECONDS_TO_REST = 180.0


@dataclass
class Site:
    """`content.sessions` are used up from the end: each load of sign-ups needs new ones."""

    base_url: str
    process_id: int
    content: Content

    def measure(self, load: Callable[[], Load]) -> Turn:
        """Carry out a load, and wait for what it leaves to the worker: that is counted too."""
        self.rest()
        before = processor.seconds_by_part(self.process_id)
        came = load()
        self.rest()
        after = processor.seconds_by_part(self.process_id)
        if not came.requests:
            raise SystemExit("The site answered no request.")
        used = processor.difference(before, after) | {LOAD_GENERATOR: came.processor_seconds}
        return Turn(
            requests=came.requests,
            errors=came.errors,
            rate=came.requests_per_second,
            p50_ms=came.p50_ms,
            p99_ms=came.p99_ms,
            parts={part: 1e6 * seconds / came.requests for part, seconds in used.items()},
        )

    def rest(self) -> None:
        """Return once the site has nothing left to do, after three minutes at the latest."""
        deadline = time.monotonic() + _SECONDS_TO_REST
        used = self._used()
        while time.monotonic() < deadline:
            time.sleep(_LOOKS_EVERY)
            before, used = used, self._used()
            if used - before < _RESTS_BELOW * _LOOKS_EVERY:
                return
        sys.stderr.write("The site has more to do: a part of the load's work is not counted.\n")

    def _used(self) -> float:
        return sum(processor.seconds_by_part(self.process_id).values())


@contextmanager
def site_running(checkout: Checkout, folder: Path, sessions: int) -> Iterator[Site]:
    """The platform of a checkout with the sample and what the rows need; its data in `folder`."""
    # Set-up signs in hundreds of people from one machine: each names a network of their own.
    settings = {"ENISHI_DEMO_PEOPLE": str(SAMPLE), "ENISHI_TRUSTED_PROXIES": '["127.0.0.1"]'}
    with platform_running(folder, Launch(checkout, 2, ("--demo",), settings)) as running:
        yield _filled(running, sessions)


def _filled(running: Running, sessions: int) -> Site:
    content = asyncio.run(fill(running.base_url, sessions))
    return Site(running.base_url, running.process.pid, content)
