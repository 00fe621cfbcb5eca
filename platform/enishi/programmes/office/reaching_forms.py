"""Forms of the office that reach the parties of a session: a message, a postponement."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from enishi.kit.localised import LocalisedText
from enishi.kit.schema import Schema
from enishi.programmes.applications.schemas import Audience
from enishi.programmes.office.schemas import Reason, TimesForm


class PostponeForm(TimesForm):
    """The later time of a session, and why."""

    reason: Reason


class MessageBody(LocalisedText):
    ja: Annotated[str, Field(min_length=1, max_length=2000)]
    en: Annotated[str, Field(max_length=4000)] = ""


class MessageForm(Schema):
    """A message to the parties of a session. `seen` names the recipients that were counted."""

    audience: Audience
    application_id: UUID | None = None
    body: MessageBody
    step: Literal["preview", "edit", "send"] = "preview"
    seen: Annotated[str, Field(max_length=200)] = ""

    @property
    def is_to_be_sent(self) -> bool:
        """Only after a page that counted its recipients."""
        return self.step == "send" and bool(self.seen)
