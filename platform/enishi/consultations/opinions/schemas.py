"""What opinions take in and give out, by whatever channel they come."""

import uuid
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, EmailStr, Field, model_validator

from enishi.accounts.dimensions import AGE_BANDS
from enishi.consultations.core.kinds import Channel, HiddenReason, NameShown, State
from enishi.consultations.core.text_validation import PlainText, counted
from enishi.consultations.core.translations import Said
from enishi.kit import clock
from enishi.kit.i18n import Language, gettext_lazy
from enishi.kit.schema import Schema
from enishi.places.picker import MunicipalityChoice

OPINION_LIMIT = 10_000


class OpinionForm(Schema):
    text: Annotated[PlainText, counted(OPINION_LIMIT)]
    name_shown: NameShown = NameShown.ANONYMOUS
    nickname: Annotated[PlainText, Field(max_length=40)] = ""
    # Only to send the receipt number to: it is not kept with the opinion.
    address: EmailStr | None = None

    @model_validator(mode="after")
    def _has_the_name_it_shows(self) -> Self:
        if self.name_shown is NameShown.NICKNAME and not self.nickname:
            raise ValueError(gettext_lazy("表示するニックネームを入力してください。"))
        return self


class ReceiptForm(Schema):
    receipt: Annotated[str, Field(min_length=1, max_length=100)]


class OpinionView(Said):
    """An opinion as the public sees it: no receipt, no participant."""

    id: uuid.UUID
    name_shown: NameShown
    nickname: str
    version: int
    created_at: datetime
    updated_at: datetime


class OwnOpinion(OpinionView):
    state: State
    hidden_reason: HiddenReason | None
    consultation_id: uuid.UUID


class OfficeOpinion(OpinionView):
    """An opinion as its office reads it: in any state, with the way it came."""

    state: State
    hidden_reason: HiddenReason | None
    received_on: date | None
    channel: Channel | None


def _not_to_come(day: date) -> date:
    if day > clock.today():
        raise ValueError(gettext_lazy("まだ来ていない日です。届いた日を入れてください。"))
    return day


def _known_band(band: str) -> str:
    if band and band not in AGE_BANDS:
        raise ValueError(gettext_lazy("選択肢から選んでください。"))
    return band


class PaperForm(OpinionForm):
    """`reference` is the office's own number of the paper: none is entered twice."""

    channel: Literal[Channel.PAPER, Channel.PHONE]
    received_on: Annotated[date, AfterValidator(_not_to_come)]
    reference: Annotated[PlainText, Field(max_length=40)] = ""
    language: Language = Language.JA
    home: MunicipalityChoice | None = None
    age_band: Annotated[str, AfterValidator(_known_band)] = ""
    # Told how it will be shown, and to whom, before it was written down here.
    informed: Annotated[str, Field(pattern="^yes$")]
