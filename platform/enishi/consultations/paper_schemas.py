"""What an office types in of an opinion that came on paper or by telephone."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from enishi.accounts.dimensions import AGE_BANDS
from enishi.consultations.schemas import OpinionForm
from enishi.consultations.tables import Channel
from enishi.consultations.typed import PlainText
from enishi.kit import clock
from enishi.kit.i18n import Language, gettext_lazy
from enishi.places.picker import MunicipalityChoice


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
