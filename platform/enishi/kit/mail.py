"""Mails: written in the unit of work that causes them, sent by the worker, erased once sent.

Each (kind, subject_key) is sent once. A mail leaves at least once: only the one in flight when
a process is killed may leave again, and bears the same Message-ID.
"""

import re
import uuid
from datetime import datetime, timedelta
from email.utils import make_msgid, parseaddr
from functools import cache
from typing import Any, ClassVar

import jinja2
import structlog
from pydantic import Field, field_validator

from enishi.kit import clock, db, i18n
from enishi.kit.i18n import Language
from enishi.kit.ids import new_id
from enishi.kit.jobs import Job, Lane, enqueue
from enishi.kit.mail_transport import (
    LONGEST_SENDING,
    Letter,
    Transport,
    check_address,
    configured_transport,
)
from enishi.kit.metrics import Counter
from enishi.kit.schema import Schema
from enishi.paths import FRONTEND_TEMPLATES
from enishi.settings import get_settings

_log = structlog.get_logger(__name__)
_KIND = r"^[a-z_]+\.[a-z_]+$"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_KEEP = timedelta(days=400)  # so long a (kind, subject_key) is not sent again
_WAIT = timedelta(days=30)  # then what never left is erased

MAILS = Counter("enishi_mails_total", "Mails, by kind and what became of them.", ("kind", "end"))


class Rendered(Schema):
    subject: str
    text: str


class Mail(Schema):
    """One mail to one address.

    `subject_key` names what it is about: the same kind about the same thing is sent once,
    however often it is asked for.
    """

    kind: str = Field(pattern=_KIND, max_length=100)
    subject_key: str = Field(min_length=1, max_length=200)
    to: str
    language: Language
    subject: str = Field(min_length=1, max_length=300)
    text: str = Field(min_length=1, max_length=200_000)
    # An iCalendar file that goes along as an attachment; empty for none.
    calendar: str = Field(default="", max_length=200_000)
    # Its reader waits for it: it does not stand behind other mails.
    is_urgent: bool = False

    @field_validator("to")
    @classmethod
    def _is_one_address(cls, value: str) -> str:
        return check_address(value)

    @field_validator("subject")
    @classmethod
    def _is_one_line(cls, value: str) -> str:
        if _CONTROL.search(value):
            raise ValueError("a subject is one line without control characters")
        return value


class SendMail(Job):
    name: ClassVar[str] = "kit.mail.send"
    # A mail server may be away for a night: after the tenth attempt it is tried hourly.
    max_attempts: ClassVar[int] = 36
    timeout: ClassVar[timedelta] = LONGEST_SENDING
    lane: ClassVar[Lane] = Lane.MAIL

    mail_id: uuid.UUID


class SendUrgentMail(SendMail):
    """For a mail that its reader waits for: a code to sign in with."""

    name: ClassVar[str] = "kit.mail.send_urgent"
    lane: ClassVar[Lane] = Lane.URGENT_MAIL


class MailRow(Schema):
    """A mail as the development mailbox shows it."""

    id: uuid.UUID
    kind: str
    language: Language
    recipient: str
    subject: str
    body: str
    state: str
    created_at: datetime


def render(template: str, language: Language, /, **values: Any) -> Rendered:
    """Say a mail in its reader's language.

    The template `<domain>/mail/<name>.txt` is the subject, an empty line and the text. A value
    that breaks out of the subject's line raises ValueError.
    """
    with i18n.speaking(language):
        said = _environment().get_template(template).render(**values)
    subject, empty, text = (*said.split("\n", 2), "", "")[:3]
    if empty.strip() or not text.strip():
        raise ValueError(f"{template} is not a subject, an empty line and a text")
    return Rendered(subject=subject.strip(), text=text.strip() + "\n")


def one_line(text: str) -> str:
    """The text without its line breaks, for a subject."""
    return " ".join(text.split())


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FRONTEND_TEMPLATES),
        autoescape=False,  # noqa: S701 (plain text: people would read &amp;)
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(i18n.message, i18n.plural_message, newstyle=True)  # type: ignore[attr-defined]
    return made


_INSERT = """
INSERT INTO kit_mail (id, kind, subject_key, message_id, language, recipient, subject, body,
    created_at, calendar)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (kind, subject_key) DO NOTHING
RETURNING id
"""


async def compose_and_send(  # noqa: PLR0913 (the fields of a mail)
    template: str,
    language: Language,
    /,
    *,
    kind: str,
    subject_key: object,
    to: str,
    is_urgent: bool = False,
    **values: Any,
) -> uuid.UUID | None:
    """Render a template in the reader's language and send it, in the caller's unit of work.

    `kind`, `subject_key`, `is_urgent` and the return value are those of `send`; `values` are the
    template's.
    """
    letter = render(template, language, **values)
    return await send(
        Mail(
            kind=kind,
            subject_key=str(subject_key),
            to=to,
            language=language,
            subject=letter.subject,
            text=letter.text,
            is_urgent=is_urgent,
        )
    )


async def send(mail: Mail) -> uuid.UUID | None:
    """Send the mail after the commit; None if this one was asked for before."""
    if not db.in_unit_of_work():
        raise RuntimeError(f"{mail.kind} was sent outside a unit of work")
    mail_id = new_id()
    domain = parseaddr(get_settings().mail_from)[1].rpartition("@")[2]
    inserted = await db.fetch_one(
        _INSERT,
        mail_id,
        mail.kind,
        mail.subject_key,
        make_msgid(idstring=mail_id.hex, domain=domain),
        mail.language.value,
        mail.to,
        mail.subject,
        mail.text,
        clock.now(),
        mail.calendar,
    )
    if inserted is None:
        return None
    contract = SendUrgentMail if mail.is_urgent else SendMail
    await enqueue(contract(mail_id=mail_id))
    return mail_id


async def deliver(mail_id: uuid.UUID, transport: Transport | None = None) -> None:
    """Hand a waiting mail to the mail server. Raises what is worth another attempt."""
    row = await db.fetch_one(
        "SELECT kind, message_id, language, recipient, subject, body, calendar, created_at"
        " FROM kit_mail"
        " WHERE id = $1 AND state = 'waiting'",
        mail_id,
    )
    if row is None:
        return  # sent, refused or forgotten meanwhile
    transport = transport or configured_transport(get_settings())
    kind = row.pop("kind")
    refusal = await transport.send(Letter(**row))
    await _settle(mail_id, refusal, keep=transport.keeps_copies)
    MAILS.labels(kind, "refused" if refusal else "sent").inc()
    if refusal:
        _log.warning("kit.mail.refused", mail_id=str(mail_id), kind=kind, code=refusal)


async def _settle(mail_id: uuid.UUID, refusal: str, *, keep: bool) -> None:
    await db.execute(
        "UPDATE kit_mail SET state = $2, last_error = $3, ended_at = $4,"
        " recipient = CASE WHEN $5 THEN recipient ELSE '' END,"
        " subject = CASE WHEN $5 THEN subject ELSE '' END,"
        " body = CASE WHEN $5 THEN body ELSE '' END,"
        " calendar = CASE WHEN $5 THEN calendar ELSE '' END"
        " WHERE id = $1 AND state = 'waiting'",
        mail_id,
        "refused" if refusal else "sent",
        refusal,
        clock.now(),
        keep,
    )


async def prune() -> None:
    """Erase what never left, and forget mails nobody will ask for again."""
    now = clock.now()
    await db.execute(
        "UPDATE kit_mail SET state = 'expired', ended_at = $1, recipient = '', subject = '',"
        " body = '', calendar = '' WHERE state = 'waiting' AND created_at < $2",
        now,
        now - _WAIT,
    )
    await db.execute("DELETE FROM kit_mail WHERE created_at < $1", now - _KEEP)


async def list_recent(limit: int = 100) -> list[MailRow]:
    """The latest mails, newest first: for the development mailbox."""
    rows = await db.fetch(
        "SELECT id, kind, language, recipient, subject, body, state, created_at FROM kit_mail"
        " ORDER BY created_at DESC, id DESC LIMIT $1",
        limit,
    )
    return [MailRow(**row) for row in rows]


async def find_mail(mail_id: uuid.UUID) -> MailRow | None:
    row = await db.fetch_one(
        "SELECT id, kind, language, recipient, subject, body, state, created_at FROM kit_mail"
        " WHERE id = $1",
        mail_id,
    )
    return MailRow(**row) if row else None
