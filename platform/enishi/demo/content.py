"""The hand-written content of the sample, read from `data/` and validated.

All of it is invented, except the places. Texts are in Japanese and English; dates are days from
the day of loading, or months of any year.
"""

import tomllib
from datetime import time
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from enishi.accounts.schemas import Role
from enishi.kit.ids import SLUG_PATTERN
from enishi.kit.localised import DraftText
from enishi.kit.mail_addresses import MailAddress
from enishi.kit.schema import Schema
from enishi.programmes.listings.documents import (
    Access,
    Conditions,
    ContactToWrite,
    Line,
    Money,
    Paragraph,
    Story,
    TimetableRow,
)
from enishi.programmes.listings.schemas import ProgrammeForm, ProgrammeKind
from enishi.themes import service as themes
from enishi.themes.schemas import ThemeView

DATA = Path(__file__).parent / "data"

Slug = Annotated[str, Field(pattern=SLUG_PATTERN)]
Text = Annotated[str, StringConstraints(min_length=1)]
Lean = Annotated[int, Field(ge=-2, le=2)]


class Bilingual(Schema):
    ja: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    @property
    def draft(self) -> DraftText:
        return DraftText(ja=self.ja, en=self.en)

    @property
    def line(self) -> Line:
        return Line(ja=self.ja, en=self.en)

    @property
    def paragraph(self) -> Paragraph:
        return Paragraph(ja=self.ja, en=self.en)


class StatementContent(Bilingual):
    """`stance`: how strongly each of the four currents agrees, -2 to 2."""

    stance: tuple[Lean, Lean, Lean, Lean]
    citizen: bool = False


class OpinionContent(Bilingual):
    nickname: str = ""


class DialogueContent(Schema):
    """A dialogue on one national theme.

    `opened`, `closed` and `result` are days from the day of loading. `share` is the share of all
    people who take part.
    """

    theme: Annotated[int, Field(ge=1, le=10)]
    slug: Slug
    opened: Annotated[int, Field(lt=0)]
    closed: int
    result: int
    share: Annotated[float, Field(gt=0, lt=1)]
    title: Bilingual
    problem: Bilingual
    decision: Bilingual
    can_change: Bilingual
    cannot_change: Bilingual
    who_may_answer: Bilingual
    statement: tuple[StatementContent, ...]
    opinion: tuple[OpinionContent, ...]

    @property
    def theme_view(self) -> ThemeView:
        return themes.national_themes()[self.theme - 1]


class SessionPattern(Schema):
    """Every year on the `nth` such weekday of each of `months`, for `days` more days.

    `demand`: places applied for, relative to `capacity`. `opens` and `closes`: days before the
    start.
    """

    months: tuple[Annotated[int, Field(ge=1, le=12)], ...]
    nth: tuple[Annotated[int, Field(ge=1, le=4)], ...]
    weekday: Literal["thursday", "saturday"] = "saturday"
    since: Annotated[str, Field(alias="from", pattern=r"^\d\d:\d\d$")]
    until: Annotated[str, Field(alias="to", pattern=r"^\d\d:\d\d$")]
    days: int = 0
    capacity: Annotated[int, Field(ge=1)]
    waiting: int
    demand: float
    opens: int
    closes: int


class ProgrammeContent(Schema):
    slug: Slug
    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    kind: ProgrammeKind
    theme: Annotated[int, Field(ge=1, le=10)]
    host: Text
    title: Bilingual
    summary: Bilingual
    body: Bilingual
    ages: tuple[int, ...]
    minors: Literal["accompanied", "with_consent", "not_admitted"]
    fee: tuple[int, int]
    pay: int = 0
    wheelchair: bool
    session: SessionPattern
    place: Bilingual
    load: Literal["light", "medium", "heavy"]
    languages: Bilingual | None = None
    bring: Bilingual
    rain: Bilingual
    companion: Bilingual | None = None
    residence: Bilingual | None = None
    included: Bilingual
    lodging: Literal["none", "included", "own"]
    lodging_note: Bilingual
    meals: Bilingual
    transport: Literal["self", "subsidised", "pickup"]
    transport_note: Bilingual
    cancellation: Bilingual
    wc_note: Bilingual
    access: tuple[str, ...]
    access_note: Bilingual

    @property
    def theme_slug(self) -> str:
        return themes.national_themes()[self.theme - 1].slug

    def form(self, contact: ContactToWrite) -> ProgrammeForm:
        """The form as an office would send it, so that the same validation applies."""
        return ProgrammeForm(
            slug=self.slug,
            municipality_code=self.code,
            kind=self.kind,
            title=self.title.draft,
            summary=self.summary.draft,
            body=self.body.draft,
            theme_code=self.theme_slug,
            host_name=self.host + words().mark.ja,
            age_min=self.ages[0],
            age_max=self.ages[1] if len(self.ages) > 1 else None,
            minors=self.minors,
            fee_adult=self.fee[0],
            fee_child=self.fee[1],
            pay_per_hour=self.pay,
            wheelchair=self.wheelchair,
            conditions=self._conditions(),
            story=self._story(),
            money=self._money(),
            access=Access(
                wheelchair_note=self.wc_note.line,
                note=self.access_note.paragraph,
                **dict.fromkeys(self.access, True),
            ),
            contact=contact,
        )

    def _conditions(self) -> Conditions:
        return Conditions(
            companion_rule=(self.companion or words().usual.companion).paragraph,
            residence_rule=(self.residence or words().usual.residence).line,
            physical_load=self.load,
            languages=(self.languages or words().usual.languages).line,
            what_to_bring=self.bring.paragraph,
            rain_rule=self.rain.line,
        )

    def _money(self) -> Money:
        return Money(
            included=self.included.paragraph,
            lodging=self.lodging,
            lodging_note=self.lodging_note.line,
            meals=self.meals.line,
            transport=self.transport,
            transport_note=self.transport_note.line,
            cancellation=self.cancellation.paragraph,
            payment="cash" if any(self.fee) else "none",
            payment_note=(words().usual.payment if any(self.fee) else words().usual.free).line,
        )

    def _story(self) -> Story:
        """The host's words, and when people meet and part."""
        usual = words().usual
        rows = ((self.session.since, usual.meet), (self.session.until, usual.part))
        # A stay parts on another day: the day hour by hour would say that it ends before it begins.
        told = rows[:1] if self.session.days else rows
        return Story(
            host_words=usual.host.paragraph,
            timetable=tuple(TimetableRow(at=time.fromisoformat(at), what=what.line)
                            for at, what in told),
        )  # fmt: skip


class Usual(Schema):
    """The texts of a programme that has none of its own."""

    languages: Bilingual
    companion: Bilingual
    residence: Bilingual
    payment: Bilingual
    free: Bilingual
    host: Bilingual
    meet: Bilingual
    part: Bilingual


class Guide(Schema):
    """A sample account. `office` is the code of a municipality, or `national`."""

    address: MailAddress
    who: Text
    name: Text
    home: str
    age: int
    office: str = ""
    role: Role | None = None


class Words(Schema):
    """Short texts, and the parts that nicknames and names of companions are made of."""

    settings: tuple[str, ...]
    nouns: tuple[str, ...]
    surnames: tuple[str, ...]
    given: tuple[str, ...]
    notes: tuple[str, ...]
    wishes: tuple[str, ...]
    called_off: Text
    officials: tuple[str, str]
    desk: Bilingual
    mark: Bilingual
    secretariat: Bilingual
    about_offices: Bilingual
    usual: Usual
    guides: tuple[Guide, ...]


@cache
def dialogues() -> tuple[DialogueContent, ...]:
    return tuple(
        DialogueContent.model_validate(_read(path))
        for path in sorted((DATA / "dialogues").glob("*.toml"))
    )


@cache
def programmes() -> tuple[ProgrammeContent, ...]:
    return tuple(
        ProgrammeContent.model_validate(each)
        for path in sorted((DATA / "programmes").glob("*.toml"))
        for each in _read(path)["programme"]
    )


@cache
def words() -> Words:
    return Words.model_validate(_read(DATA / "words.toml"))


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
