"""What the cases of tests/web/test_every_post.py stand on: people, offices, dialogues, sessions.

A case prepares one POST route and says what a browser sends there.
"""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.accounts.walks import forms_of
from tests.consultations.build import Dialogue, invalidate, make_dialogue
from tests.fixtures.accounts import (
    Browser,
    SignIn,
    actor_of,
    make_account,
    make_member,
    make_organisation,
)
from tests.programmes.conftest import party
from tests.programmes.listed import Listed, make_date, make_programme

from enishi.consultations.core import queries as consultations
from enishi.consultations.participation import service as participation
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications.schemas import Applicant, ApplicationOutcome

Typed = dict[str, Any]
HIDA = "212172"


@dataclass(frozen=True)
class Person:
    id: uuid.UUID
    browser: Browser


@dataclass(frozen=True)
class Sent:
    """What `sender` sends, to which address; `other` may send to it too, or may not."""

    sender: Person
    other: Person
    address: str
    data: Typed = field(default_factory=dict)
    files: Typed = field(default_factory=dict)


@dataclass
class World:
    browser_of: SignIn
    _office: uuid.UUID | None = None

    async def person(self, account_id: uuid.UUID | None = None) -> Person:
        account_id = account_id or await make_account()
        return Person(account_id, await self.browser_of(account_id))

    async def citizens(self) -> tuple[Person, Person]:
        return await self.person(), await self.person()

    async def office(self) -> uuid.UUID:
        """The organisation `hida`."""
        self._office = self._office or await make_organisation("hida")
        return self._office

    async def owners(self) -> tuple[Person, Person]:
        office = await self.office()
        one, other = [await make_member(office, "owner") for _ in range(2)]
        return await self.person(one), await self.person(other)

    async def by_citizen(self, path: str, /, **data: Any) -> Sent:
        return Sent(*await self.citizens(), path, _named(data))

    async def by_owner(self, path: str, /, **data: Any) -> Sent:
        return Sent(*await self.owners(), f"/ja/office/hida{path}", _named(data))

    async def dialogue(self, **changes: Any) -> Dialogue:
        made = await make_dialogue(organisation_id=await self.office(), **changes)
        invalidate()
        return made

    async def programme(self, **changes: Any) -> Listed:
        return await make_programme(organisation_id=await self.office(), **changes)

    async def session(self, **changes: Any) -> uuid.UUID:
        return await make_date(await self.programme(), **changes)

    async def participant(self, person: Person, dialogue: Dialogue) -> uuid.UUID:
        ref = await consultations.find_by_slug(dialogue.slug)
        assert ref is not None
        return await participation.join(await actor_of(person.id), ref)

    async def applied(self, account_id: uuid.UUID, session_id: uuid.UUID) -> ApplicationOutcome:
        applicant = Applicant(account_id=account_id, home_municipality="131016", age_band="30-39")
        return await applications.apply(applicant, session_id, party())


def _named(data: Typed) -> Typed:
    """Fields of a form; `__` in a name stands for a dot."""
    return {name.replace("__", "."): value for name, value in data.items()}


async def filled(sent: Sent, page: str = "", **changes: Any) -> Sent:
    """The same, with the hidden fields and chosen values of the form at this page, and changes."""
    shown = await sent.sender.browser.get(page or sent.address)
    assert shown.status_code == 200, shown.text
    forms = forms_of(shown)
    fields = forms.get(sent.address) or forms[""]
    return Sent(sent.sender, sent.other, sent.address, fields | sent.data | _named(changes))


Case = Callable[[World], Awaitable[Sent]]
CASES: dict[str, Case] = {}


def case(route: str) -> Callable[[Case], Case]:
    """Register a case under the name of its route."""

    def register(prepare: Case) -> Case:
        CASES[route] = prepare
        return prepare

    return register
