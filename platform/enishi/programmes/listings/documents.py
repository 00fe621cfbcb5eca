"""The JSON documents of a programme: what people must know before they apply."""

from datetime import time
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from enishi.kit.localised import DraftText
from enishi.kit.mail_addresses import MailAddress
from enishi.kit.schema import Schema
from enishi.kit.telephones import check_telephone
from enishi.kit.text_validation import TYPED

Yen = Annotated[int, Field(ge=0, le=10_000_000)]
ShortText = Annotated[str, Field(max_length=200)]  # in one language, not translated


class Line(DraftText):
    """One line of text. The limit for English is higher: the same content takes more letters."""

    ja: Annotated[str, Field(max_length=200)] = ""
    en: Annotated[str, Field(max_length=400)] = ""
    easy_ja: Annotated[str, Field(max_length=400)] = ""


class Paragraph(DraftText):
    ja: Annotated[str, Field(max_length=2000)] = ""
    en: Annotated[str, Field(max_length=4000)] = ""
    easy_ja: Annotated[str, Field(max_length=4000)] = ""


class Conditions(Schema):
    """The conditions of taking part, and how to prepare."""

    companion_rule: Paragraph = Paragraph()
    residence_rule: Line = Line()
    physical_load: Literal["", "light", "medium", "heavy"] = ""
    languages: Line = Line()
    what_to_bring: Paragraph = Paragraph()
    rain_rule: Line = Line()


class Money(Schema):
    """Fees, lodging, meals and transport, in words; the amounts are columns."""

    included: Paragraph = Paragraph()
    lodging: Literal["", "none", "included", "own"] = ""
    lodging_note: Line = Line()
    meals: Line = Line()
    transport: Literal["", "self", "subsidised", "pickup"] = ""
    transport_note: Line = Line()
    payment: Literal["", "none", "cash", "cashless", "transfer"] = ""
    payment_note: Line = Line()
    cancellation: Paragraph = Paragraph()


class TimetableRow(Schema):
    """What begins at a time of the day, in Japan."""

    at: time
    what: Line


class Story(Schema):
    """The host's words, the day hour by hour, and where people meet.

    `meeting_point` is "latitude,longitude" in degrees with six decimals (0.1 m), or empty.
    """

    host_words: Paragraph = Paragraph()
    timetable: tuple[TimetableRow, ...] = ()
    meeting_point: str = ""


class Access(Schema):
    """Accessibility, by the items of the Government Interoperability Framework."""

    wheelchair_note: Line = Line()
    accessible_toilet: bool = False
    assistance_dogs: bool = False
    written_communication: bool = False
    sign_language: bool = False
    stroller: bool = False
    nursing_room: bool = False
    quiet_place: bool = False
    online_seat: bool = False
    note: Paragraph = Paragraph()


class Contact(Schema):
    name: Line = Line()
    telephone: ShortText = ""
    mail: ShortText = ""
    website: Annotated[str, Field(max_length=300, pattern=r"^(https?://\S+)?$")] = ""

    @field_validator("telephone")
    @classmethod
    def _check_telephone(cls, text: str, info: ValidationInfo) -> str:
        """Of what is typed; what is stored is read as it is."""
        return check_telephone(text) if info.context == TYPED else text


class ContactToWrite(Contact):
    """As an office writes it: the mail address is checked, which older ones were not."""

    mail: MailAddress | Literal[""] = ""
