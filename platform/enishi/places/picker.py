"""The municipality picker: the fields it sends, how they are read, and what it shows.

    class ProfileForm(Schema):
        home: MunicipalityChoice | None = None      # required without `| None`

    {{ municipality_picker("home", _("お住まいの市区町村"), form, chosen=profile.home) }}

Without scripts it is a select for the prefecture, a button that sends the form to list the
municipalities, and a select for the municipality. With scripts it is one field for names and
postal codes. In both cases the form gets `home.code`, or an error at `home` with candidates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, model_validator

from enishi.kit.forms import Form
from enishi.kit.i18n import gettext
from enishi.kit.schema import Schema
from enishi.places import queries as places
from enishi.places.schemas import Place

F = TypeVar("F", bound=BaseModel)

_MOST_CANDIDATES = 20


class MunicipalityChoice(Schema):
    """A municipality that exists today: its 6-digit `code`. The other fields are raw input."""

    code: str = ""
    prefecture: str = ""
    text: str = ""
    step: str = ""

    @model_validator(mode="before")
    @classmethod
    def _resolve(cls, sent: Mapping[str, Any]) -> dict[str, str]:
        parts = {part: str(sent.get(part) or "").strip() for part in cls.model_fields}
        if parts["code"] and not parts["step"]:
            return {"code": _checked(parts["code"], parts["prefecture"])}
        if parts["text"] and not parts["step"]:
            return {"code": _named(parts["text"])}
        raise ValueError(gettext("市区町村を選んでください。"))


def _checked(code: str, prefecture: str) -> str:
    place = places.find_municipality(code)
    if place is None:
        raise ValueError(gettext("市区町村を選んでください。"))
    if prefecture and place.prefecture_code != prefecture:
        raise ValueError(
            gettext("都道府県と市区町村が合っていません。一覧を表示し直して選んでください。")
        )
    return code


def _named(text: str) -> str:
    """The code of the one municipality that has this name; never of one that only contains it."""
    whole = {place.code for place in places.list_named(text)}
    found = places.search(text, _MOST_CANDIDATES)
    if len(whole) == 1 and whole.issuperset(each.place.code for each in found.former):
        return whole.pop()
    if found.former:
        notes = " ".join(each.note for each in found.former)
        raise ValueError(gettext("%(notes)s 一つ選んでください。", notes=notes))
    if not found.places:
        raise ValueError(gettext("その名前や郵便番号の市区町村は見つかりませんでした。"))
    if whole or places.is_postal_code(text):
        raise ValueError(gettext("同じ名前などで候補が複数あります。一つ選んでください。"))
    raise ValueError(
        gettext(
            "「%(name)s」という市区町村は見つかりませんでした。近い名前から選んでください。",
            name=text,
        )
    )


def _candidates(text: str) -> tuple[Place, ...]:
    """What may be meant: of today's namesakes and of what former ones became, then the others."""
    found = places.search(text, _MOST_CANDIDATES)
    meant = [*places.list_named(text), *(each.place for each in found.former), *found.places]
    return tuple({place.code: place for place in meant}.values())


@dataclass(frozen=True)
class PickerState:
    """What the picker shows: the chosen place, the text, and the options."""

    name: str
    chosen: Place | None
    text: str
    prefecture_code: str
    prefectures: tuple[Place, ...]
    options: tuple[Place, ...]
    error: str


def picker_state(name: str, form: Form[Any] | None = None, chosen: str = "") -> PickerState:
    """`chosen` is the stored code; fields that were sent in the form take precedence."""
    form = form if form is not None else Form()
    sent = any(f"{name}.{part}" in form.typed for part in MunicipalityChoice.model_fields)
    place = places.find_municipality(form.text(f"{name}.code", "" if sent else chosen))
    text = form.text(f"{name}.text")
    prefecture = form.text(f"{name}.prefecture")
    if not prefecture and place is not None:
        prefecture = place.prefecture_code
    if prefecture and places.find_prefecture(prefecture) is not None:
        options = places.list_municipalities(prefecture)
    else:
        options = _candidates(text) if text else ()
    return PickerState(
        name=name,
        chosen=place,
        text=text,
        prefecture_code=prefecture,
        prefectures=places.list_prefectures(),
        options=options,
        error=form.error(name),
    )


def is_choosing(form: Form[F], name: str) -> bool:
    """Whether the form was sent only to list the municipalities of a prefecture."""
    return bool(form.text(f"{name}.step"))


def while_choosing(form: Form[F], *names: str) -> Form[F]:
    """When the form was sent for a list only: the form without the errors of all other fields."""
    if any(is_choosing(form, name) for name in names):
        form.value = None
        form.errors = {name: text for name, text in form.errors.items() if name in names}
    return form
