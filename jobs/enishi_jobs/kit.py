"""The kit's own jobs: mails, the sweep for lost hints, and forgetting what is over."""

from datetime import timedelta

from enishi.kit import clock, files, heartbeat, idempotency, job_board, job_leases, jobs, mail
from enishi.kit.metrics import Gauge
from enishi.operations import sign_in
from enishi_jobs.registry import handles

_SWEEP_LIMIT = 2_000
_KEEP_ENDED_JOBS = timedelta(days=2)

OPEN = Gauge("enishi_jobs_open", "Jobs by state.", ("state",), multiprocess_mode="mostrecent")
OLDEST = Gauge(
    "enishi_jobs_oldest_due_seconds",
    "How long the job that waits longest has been due.",
    multiprocess_mode="mostrecent",
)


@handles(mail.SendMail)
async def send_mail(job: mail.SendMail) -> None:
    await mail.deliver(job.mail_id)


async def sweep() -> None:
    """Hint again at every job that is due: its hint was lost, or its worker was."""
    # A hint that still waits has the same name within a minute and is not sent twice; after
    # that minute it may be, because a killed worker blocks the name it had taken.
    minute = int(clock.now().timestamp()) // 60
    for due in await job_leases.find_due(_SWEEP_LIMIT):
        await jobs.hint(due.id, due.due_at, f"{due.id}:{minute}")
    board = await job_board.summary()
    for state, count in board.counts.items():
        OPEN.labels(state).set(count)
    OLDEST.set(board.oldest_due_seconds)


async def prune() -> None:
    now = clock.now()
    while await job_leases.prune(ended_before=now - _KEEP_ENDED_JOBS):
        pass
    await mail.prune()
    await idempotency.prune()
    await files.sweep()
    await heartbeat.prune()
    await sign_in.prune()
