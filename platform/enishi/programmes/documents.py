"""The small typed documents of a listing: what people must know before they apply."""

from typing import Annotated, Literal

from pydantic import Field

from enishi.kit.schema import Schema

Yen = Annotated[int, Field(ge=0, le=10_000_000)]
Line = Annotated[str, Field(max_length=200)]
Paragraph = Annotated[str, Field(max_length=2000)]


class Conditions(Schema):
    """Who may come, and what they should know before."""

    companion_rule: Paragraph = ""
    residence_rule: Line = ""
    physical_load: Literal["", "light", "medium", "heavy"] = ""
    languages: Line = ""
    what_to_bring: Paragraph = ""
    rain_rule: Line = ""


class Money(Schema):
    """What it costs and what is paid. A fee of None has not been settled yet."""

    included: Paragraph = ""
    lodging: Literal["", "none", "included", "own"] = ""
    lodging_note: Line = ""
    meals: Line = ""
    transport: Literal["", "self", "subsidised", "pickup"] = ""
    transport_note: Line = ""
    cancellation: Paragraph = ""


class Access(Schema):
    """Accessibility, in the items of the Government Interoperability Framework."""

    wheelchair_note: Line = ""
    accessible_toilet: bool = False
    assistance_dogs: bool = False
    written_communication: bool = False
    sign_language: bool = False
    stroller: bool = False
    nursing_room: bool = False
    quiet_place: bool = False
    online_seat: bool = False
    note: Paragraph = ""


class Contact(Schema):
    name: Line = ""
    telephone: Line = ""
    mail: Line = ""
    website: Annotated[str, Field(max_length=300, pattern=r"^(https?://\S+)?$")] = ""
