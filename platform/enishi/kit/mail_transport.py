"""Compose a mail as a message and send it by SMTP (RFC 5321, 5322, 3834)."""

import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from enishi.kit import clock
from enishi.kit.i18n import Language
from enishi.kit.mail_addresses import read_address
from enishi.kit.schema import Schema
from enishi.settings import Environment, Settings

# Seconds. To connect, for each step of it; then as long as RFC 5321 (4.5.3.2) asks at the least. A
# client that gives up earlier after the text sends again what the server may have accepted.
_CONNECT_SECONDS = 30.0
_COMMAND_SECONDS = 300.0
_DATA_SECONDS = 600.0
LONGEST_SENDING = timedelta(seconds=5 * _CONNECT_SECONDS + 2 * _COMMAND_SECONDS + _DATA_SECONDS)
_PORTS = {"smtp": 25, "smtps": 465}
_DOT_ATOM = re.compile(r"[^.]+(?:\.[^.]+)*")


class MailSettingsError(Exception):
    """ENISHI_MAIL_URL cannot be used. The message is one sentence for an operator."""


class Letter(Schema):
    """One message to one recipient, so that no recipient sees another address."""

    message_id: str
    language: Language
    recipient: str
    subject: str
    body: str
    created_at: datetime
    calendar: str = ""


@dataclass(frozen=True)
class MailServer:
    """The mail server. `start_tls` None means: upgrade if the server offers it."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    use_tls: bool = False
    start_tls: bool | None = None


@dataclass(frozen=True)
class Transport:
    """`server` None means that nothing is sent; the development mailbox shows the mails."""

    server: MailServer | None
    sender: str
    keeps_copies: bool

    async def send(self, letter: Letter) -> str:
        """Send a mail. Returns "" when the server accepted it, or the code of a permanent refusal.

        Raises aiosmtplib.SMTPException for errors that a retry may mend, also for wrong
        credentials and a refused sender: these are errors of the settings, not of the recipient.
        """
        if self.server is None:
            return ""
        client = aiosmtplib.SMTP(
            hostname=self.server.host,
            port=self.server.port,
            username=self.server.username,
            password=self.server.password,
            use_tls=self.server.use_tls,
            start_tls=self.server.start_tls,
            tls_context=ssl.create_default_context(),
            timeout=_CONNECT_SECONDS,
        )
        await client.connect()
        message = compose(letter, self.sender).as_bytes()
        try:
            await client.mail(parseaddr(self.sender)[1], timeout=_COMMAND_SECONDS)
            await client.rcpt(_quoted(letter.recipient), timeout=_COMMAND_SECONDS)
            await client.data(message, timeout=_DATA_SECONDS)
        except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError) as refused:
            return _permanent(refused)
        finally:
            # The server has accepted or refused: a failing QUIT must not cause a second send.
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.quit(timeout=_CONNECT_SECONDS)
            client.close()
        return ""


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The message in UTF-8. Headers refuse line breaks (EmailMessage raises ValueError)."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = Address(display_name=name, addr_spec=address)
    message["To"] = _quoted(letter.recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.in_tokyo(letter.created_at))
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic replies
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    # base64: safe on every relay, and lines are never too long or cut inside a character.
    message.set_content(letter.body, charset="utf-8", cte="base64")
    message["Content-Language"] = letter.language.value
    if letter.calendar:
        # No METHOD: nobody is invited to answer by mail (RFC 5546); the file is for one's calendar.
        message.add_attachment(
            letter.calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename="event.ics",
            params={"charset": "utf-8"},
        )
    return message


def check_address(typed: str) -> str:
    """The address with its domain in lower-case ASCII. Raises ValueError for other text."""
    read = read_address(typed)
    return f"{read.local}@{read.ascii_domain}"


def configured_transport(settings: Settings) -> Transport:
    """The transport of these settings. Raises MailSettingsError."""
    url = settings.mail_url.get_secret_value()
    in_production = settings.environment is Environment.PRODUCTION
    if not url and in_production:
        raise MailSettingsError("ENISHI_MAIL_URL is not set: no mail can leave.")
    return Transport(
        server=_server(url) if url else None,
        sender=settings.mail_from,
        keeps_copies=not in_production,
    )


def _server(url: str) -> MailServer:
    """Read smtp://user:password@host:587?starttls=required|offered|never, or smtps://… ."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise MailSettingsError("ENISHI_MAIL_URL is not an address.") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise MailSettingsError("ENISHI_MAIL_URL is neither smtp://HOST nor smtps://HOST.")
    username = unquote(parts.username) if parts.username else None
    # A password is sent without TLS only if the operator sets starttls=never or offered.
    wanted = parse_qs(parts.query).get("starttls", ["required" if username else "offered"])[-1]
    if wanted not in ("required", "offered", "never"):
        raise MailSettingsError("ENISHI_MAIL_URL: starttls is required, offered or never.")
    start_tls = {"required": True, "offered": None, "never": False}[wanted]
    return MailServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        username=username,
        password=unquote(parts.password) if parts.password else None,
        use_tls=parts.scheme == "smtps",
        start_tls=False if parts.scheme == "smtps" else start_tls,
    )


def _quoted(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return address if _DOT_ATOM.fullmatch(local) else f'"{local}"@{domain}'


def _permanent(refused: aiosmtplib.SMTPResponseException) -> str:
    """The code of a permanent refusal (5xx; RFC 5321, 4.2.1); re-raises other refusals."""
    if 500 <= refused.code < 600:
        return str(refused.code)
    raise refused
