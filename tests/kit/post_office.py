"""A real SMTP server on the loopback interface."""

# ruff: noqa: ARG002, N802  (aiosmtpd calls its handlers by these names and arguments)

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as readable

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class PostOffice:
    """A mail server that answers what a test tells it to."""

    rcpt_answer: str = "250 OK"
    data_answer: str = "250 OK"
    hangs_up: bool = False
    data_delay: float = 0  # seconds until a text is answered
    quick_subject: str = ""  # of mails that are answered without delay
    begun: int = 0  # texts that came, answered or not
    _hung_up: asyncio.Event = field(default_factory=asyncio.Event)
    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.begun += 1
        message = message_from_bytes(envelope.content, policy=readable)
        assert isinstance(message, EmailMessage)
        if not self.quick_subject or message["Subject"] != self.quick_subject:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hung_up.wait(), self.data_delay)
        if self._hung_up.is_set():
            return "421 hung up"
        if self.data_answer.startswith("250"):
            self.received.append(message)
            self.recipients += envelope.rcpt_tos
        return self.data_answer

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return "421 hung up" if self.hangs_up else "221 Bye"

    def hang_up(self) -> None:
        """Accept none of the texts that wait for their answer."""
        self._hung_up.set()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[int]:
        """Serve for the block; yields the port."""
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(self, enable_SMTPUTF8=False), "127.0.0.1", 0
        )
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            await server.wait_closed()
