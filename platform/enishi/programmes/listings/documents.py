"""The small typed documents of a listing: what people must know before they apply."""

from typing import Annotated, Literal

from pydantic import Field

from enishi.kit.localised import DraftText
from enishi.kit.schema import Schema

Yen = Annotated[int, Field(ge=0, le=10_000_000)]
ShortText = Annotated[str, Field(max_length=200)]  # in the one language it was written in


class Line(DraftText):
    """One line. English takes more letters to say the same."""

    ja: Annotated[str, Field(max_length=200)] = ""
    en: Annotated[str, Field(max_length=400)] = ""
    easy_ja: Annotated[str, Field(max_length=400)] = ""


class Paragraph(DraftText):
    ja: Annotated[str, Field(max_length=2000)] = ""
    en: Annotated[str, Field(max_length=4000)] = ""
    easy_ja: Annotated[str, Field(max_length=4000)] = ""


class Conditions(Schema):
    """Who may come, and what they should know before."""

    companion_rule: Paragraph = Paragraph()
    residence_rule: Line = Line()
    physical_load: Literal["", "light", "medium", "heavy"] = ""
    languages: Line = Line()
    what_to_bring: Paragraph = Paragraph()
    rain_rule: Line = Line()


class Money(Schema):
    """What it costs and what is paid. A fee of None has not been settled yet."""

    included: Paragraph = Paragraph()
    lodging: Literal["", "none", "included", "own"] = ""
    lodging_note: Line = Line()
    meals: Line = Line()
    transport: Literal["", "self", "subsidised", "pickup"] = ""
    transport_note: Line = Line()
    cancellation: Paragraph = Paragraph()


class Access(Schema):
    """Accessibility, in the items of the Government Interoperability Framework."""

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
