from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    Bytea,
    Integer,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from enishi.kit.kinds import JobState, MailState


class QueuedJob(Table, tablename="kit_job"):
    """One job: due, running or ended. The row is authoritative, a message in Valkey a hint.

    A row with a key stands for all requests with this key: each raises `generation`, and the job is
    done only when a run that began at the newest generation has ended. `lease_id` is the one run
    that may report its end.
    """

    id = UUID(primary_key=True)
    name = Varchar(length=100)
    version = SmallInt(default=1)
    payload = JSONB()
    request_id = Varchar(length=64, default="")
    key = Varchar(length=200, null=True, default=None, unique=True)
    generation = Integer(default=1)
    running_generation = Integer(default=0)
    state = Varchar(length=10, choices=JobState, default=JobState.DUE)
    attempts = SmallInt(default=0)
    max_attempts = SmallInt(default=1)
    due_at = Timestamptz()
    lease_id = UUID(null=True, default=None)
    lease_until = Timestamptz(null=True, default=None)
    worker = Varchar(length=100, default="")
    last_error = Varchar(length=100, default="")
    created_at = Timestamptz()
    started_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)

    kit_job_lease_while_running = Check(
        "(state = 'running') = (lease_id IS NOT NULL AND lease_until IS NOT NULL)"
    )


class OutgoingMail(Table, tablename="kit_mail"):
    """One mail to one address. Address and text are erased once it is sent."""

    id = UUID(primary_key=True)
    kind = Varchar(length=100)
    subject_key = Varchar(length=200)
    message_id = Varchar(length=200)
    language = Varchar(length=2)
    recipient = Text(default="")
    subject = Text(default="")
    body = Text(default="")
    # An iCalendar file that goes along; empty for none.
    calendar = Text(default="")
    state = Varchar(length=10, choices=MailState, default=MailState.WAITING)
    last_error = Varchar(length=100, default="")
    created_at = Timestamptz(index=True)
    ended_at = Timestamptz(null=True, default=None)

    kit_mail_once = Unique([kind, subject_key])


class Heartbeat(Table, tablename="kit_heartbeat"):
    """The last heartbeat of one worker process."""

    worker = Varchar(length=100, primary_key=True)
    version = Varchar(length=50)
    started_at = Timestamptz()
    seen_at = Timestamptz(index=True)


class IdempotencyKey(Table, tablename="kit_idempotency"):
    """The key of a sent form and its outcome, written in the transaction of its work."""

    id = UUID(primary_key=True)
    key = UUID()
    scope = Varchar(length=200)
    body_hash = Bytea()
    outcome = JSONB(null=True, default=None)
    created_at = Timestamptz(index=True)

    kit_idempotency_one_per_key = Unique([key, scope])


class StoredFile(Table, tablename="kit_file"):
    """A file in the store. The domain of its purpose decides on access."""

    id = UUID(primary_key=True)
    public_id = Varchar(length=32, unique=True)
    purpose = Varchar(length=100)
    subject_id = Text()
    name = Varchar(length=255)
    media_type = Varchar(length=100)
    size = BigInt()
    sha256 = Bytea()
    created_at = Timestamptz()
    expires_at = Timestamptz(null=True, default=None, index=True)
