"""Input and output types of opinions, online and on paper."""

import uuid
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from enishi.accounts.dimensions import AGE_BANDS
from enishi.consultations.core.kinds import Channel, HiddenReason, NameShown, State
from enishi.consultations.core.translations import TranslatableText
from enishi.kit import clock
from enishi.kit.dates import Day
from enishi.kit.i18n import Language, gettext_lazy
from enishi.kit.mail_addresses import MailAddress
from enishi.kit.schema import Schema
from enishi.kit.text_validation import UNOFFICIAL, VISIBLE, PlainText, length_up_to
from enishi.places.picker import MunicipalityChoice

OPINION_LIMIT = 10_000


class OpinionForm(Schema):
    text: Annotated[PlainText, length_up_to(OPINION_LIMIT)]
    name_shown: NameShown = NameShown.ANONYMOUS
    nickname: Annotated[str, Field(max_length=40), VISIBLE, UNOFFICIAL] = ""
    # Used to mail the receipt number; not stored with the opinion.
    address: MailAddress | None = None

    @model_validator(mode="after")
    def _check_nickname(self) -> Self:
        if self.name_shown is NameShown.NICKNAME and not self.nickname:
            raise ValueError(gettext_lazy("表示するニックネームを入力してください。"))
        return self


class OpinionPageForm(OpinionForm):
    """The form of the page: its first button asks for a preview, which writes nothing."""

    step: Literal["preview", "send"] = "send"


class ReceiptForm(Schema):
    receipt: Annotated[str, Field(min_length=1, max_length=100)]


class OpinionView(TranslatableText):
    """A public opinion: without receipt and participant."""

    id: uuid.UUID
    name_shown: NameShown
    nickname: str
    version: int
    created_at: datetime
    updated_at: datetime


class OwnOpinion(OpinionView):
    """An opinion as its author reads it."""

    state: State
    hidden_reason: HiddenReason | None
    consultation_id: uuid.UUID


class OfficeOpinion(OpinionView):
    """An opinion as its office reads it; `channel` is None after the author's erasure."""

    state: State
    hidden_reason: HiddenReason | None
    received_on: date | None
    channel: Channel | None


def _check_not_in_future(day: date) -> date:
    if day > clock.today():
        raise ValueError(gettext_lazy("まだ来ていない日です。届いた日を入れてください。"))
    return day


def _check_age_band(band: str) -> str:
    if band and band not in AGE_BANDS:
        raise ValueError(gettext_lazy("選択肢から選んでください。"))
    return band


class PaperForm(OpinionForm):
    """An opinion on paper or by telephone; `reference` is the office's own number, used once."""

    channel: Literal[Channel.PAPER, Channel.PHONE]
    received_on: Annotated[Day, AfterValidator(_check_not_in_future)]
    reference: Annotated[PlainText, Field(max_length=40)] = ""
    language: Language = Language.JA
    home: MunicipalityChoice | None = None
    age_band: Annotated[str, AfterValidator(_check_age_band)] = ""
    # The office confirms that it told the author how the opinion will be shown.
    informed: Annotated[str, Field(pattern="^yes$")]
