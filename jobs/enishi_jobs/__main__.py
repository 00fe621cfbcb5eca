"""Run the worker: `python -m enishi_jobs`. SIGTERM and SIGINT stop it in order."""

import asyncio
import signal

from enishi import wiring
from enishi.kit.logs import configure_logs
from enishi.settings import get_settings
from enishi_jobs.worker import serve


async def main() -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stopping.set)
    await serve(stopping)


if __name__ == "__main__":
    configure_logs(json=not get_settings().is_development)
    wiring.register_all()
    asyncio.run(main())
