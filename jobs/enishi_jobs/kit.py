"""The kit's own jobs: mails, the sweep for lost hints, and pruning."""

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


@handles(mail.SendUrgentMail)
@handles(mail.SendMail)
async def send_mail(job: mail.SendMail) -> None:
    await mail.deliver(job.mail_id)


async def sweep() -> None:
    """Send the hint of every due job again: its hint or its worker was lost."""
    # The name deduplicates hints within a minute. Longer would not do: a killed worker leaves the
    # name that it took blocked.
    minute = int(clock.now().timestamp()) // 60
    for due in await job_leases.find_due(_SWEEP_LIMIT):
        await jobs.hint(due.id, due.name, due.due_at, f"{due.id}:{minute}")
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
