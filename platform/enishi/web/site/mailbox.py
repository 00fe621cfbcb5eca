"""The development mailbox: mails that were not sent. Production has none of its routes."""

import uuid

from litestar import get
from litestar.params import FromPath
from litestar.response import Template
from litestar.types import ControllerRouterHandler

from enishi.accounts.access import PUBLIC
from enishi.kit import mail
from enishi.kit.errors import NotFoundError
from enishi.settings import Environment, Settings


@get("/mailbox", name="mailbox:index", access=PUBLIC)
async def index() -> Template:
    return Template("mailbox/index.html", context={"mails": await mail.list_recent()})


@get("/mailbox/{mail_id:uuid}", name="mailbox:mail", access=PUBLIC)
async def show(mail_id: FromPath[uuid.UUID]) -> Template:
    found = await mail.find_mail(mail_id)
    if found is None:
        raise NotFoundError
    return Template("mailbox/mail.html", context={"mail": found})


def handlers(settings: Settings) -> list[ControllerRouterHandler]:
    """The routes of the mailbox: none in production, where mails belong to their recipients."""
    return [] if settings.environment is Environment.PRODUCTION else [index, show]
