"""Asks for chores and mails without a pause, and says which ones were promised.

`python -m tests.soak.asker` runs until it is ended. It says `promised N` once the commit of number
N has come back. While the database is away it tries on, with a new number each time: what was not
promised may still exist.
"""

import asyncio

from tests.jobs.chores import Chore

from enishi.kit import db, jobs, mail
from enishi.kit.i18n import Language
from enishi.kit.outages import is_connection_fault

PAUSE = 0.1


async def ask(number: int) -> None:
    async with db.unit_of_work():
        await jobs.enqueue(Chore(number=number, seconds=0.5))
        await mail.send(
            mail.Mail(
                kind="tests.soak",
                subject_key=str(number),
                to="hanako@example.org",
                language=Language.JA,
                subject=f"番号 {number}",
                text="本文",
            )
        )


async def main() -> None:
    number = 0
    while True:
        number += 1
        try:
            if db.DB.pool is None:
                await db.open_pool()
            await ask(number)
        except Exception as error:
            if not is_connection_fault(error):
                raise
        else:
            print(f"promised {number}", flush=True)  # noqa: T201 (the test reads it)
        await asyncio.sleep(PAUSE)


if __name__ == "__main__":
    asyncio.run(main())
