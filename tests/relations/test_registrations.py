"""Registrations of people with places: one for a pair, withdrawn and opened again at will."""

import asyncio
import uuid

import pytest
from tests.fixtures.accounts import actor_of

from enishi.kit import clock, db, ids
from enishi.kit.errors import NotFoundError
from enishi.relations import errors, privacy, queries, service
from enishi.relations.schemas import Registrant, RegistrationForm
from enishi.relations.tables import Purpose, Reason


def _form(*purposes: Purpose) -> RegistrationForm:
    return RegistrationForm(municipality="212172", reasons=[Reason.TRAVEL], purposes=list(purposes))


def _somebody() -> Registrant:
    return Registrant(account_id=ids.new_id(), home_municipality="131016", age_band="30-39")


async def _registered() -> int:
    number: int = await db.fetch_value(
        "SELECT count(*) FROM relations_registration WHERE withdrawn_at IS NULL"
    )
    return number


async def test_registering_with_a_municipality_brings_its_prefecture_along() -> None:
    person = _somebody()
    await service.register(person, _form(Purpose.NEWS))

    [registration] = await queries.list_registrations(person.account_id)
    assert (registration.municipality_code, registration.prefecture_code) == ("212172", "210005")
    assert registration.purposes == (Purpose.NEWS,)
    assert await _registered() == 1


async def test_a_withdrawn_registration_is_hidden_counted_no_more_and_can_be_opened_again() -> None:
    person = _somebody()
    first = await service.register(person, _form(Purpose.NEWS))
    with pytest.raises(errors.AlreadyRegisteredError):
        await service.register(person, _form())

    await service.withdraw(person, first)
    assert await queries.list_registrations(person.account_id) == []
    assert await _registered() == 0

    assert await service.register(person, _form()) == first
    [registration] = await queries.list_registrations(person.account_id)
    assert registration.purposes == ()


@pytest.mark.usefixtures("own_database")
async def test_two_tabs_make_one_registration() -> None:
    person = _somebody()
    results = await asyncio.gather(
        *(service.register(person, _form()) for _ in range(8)), return_exceptions=True
    )
    assert sum(not isinstance(each, BaseException) for each in results) == 1
    assert await db.fetch_value("SELECT count(*) FROM relations_registration") == 1


async def test_each_consent_is_given_and_withdrawn_by_itself() -> None:
    person = _somebody()
    registration_id = await service.register(person, _form(Purpose.NEWS, Purpose.SURVEYS))
    await service.change(person, registration_id, _form(Purpose.INVITATIONS, Purpose.NEWS))

    [view] = await queries.list_registrations(person.account_id)
    assert set(view.purposes) == {Purpose.NEWS, Purpose.INVITATIONS}
    acts = await db.fetch_value("SELECT count(*) FROM relations_consent")
    assert acts == 4  # two given, one more given, one withdrawn: the log keeps them all


async def test_nobody_withdraws_the_registration_of_another() -> None:
    registration_id = await service.register(_somebody(), _form())
    with pytest.raises(NotFoundError):
        await service.withdraw(_somebody(), registration_id)


async def _dimensions() -> list[tuple[object, ...]]:
    rows = await db.fetch("SELECT * FROM relations_registration_event ORDER BY happened_at, id")
    names = ("act", "home_municipality", "age_band", "identity_level")
    return [tuple(row[name] for name in names) for row in rows]


async def test_each_act_keeps_the_person_as_they_were_then(citizen: uuid.UUID) -> None:
    """Moving house or passing a check later changes what comes, not what was counted."""

    async def live(home: str | None, born: int | None, level: int) -> Registrant:
        await db.fetch(
            "UPDATE accounts_account SET home_municipality = $2, birth_year = $3,"
            " identity_level = $4 WHERE id = $1",
            citizen,
            home,
            born,
            level,
        )
        return Registrant.of(await actor_of(citizen))

    born = clock.today().year - 34
    registration_id = await service.register(await live(None, None, 1), _form())
    await service.change(await live("131016", born, 1), registration_id, _form(Purpose.NEWS))
    await service.withdraw(await live("212172", born - 10, 2), registration_id)
    assert await _dimensions() == [
        ("opened", "", "", 1),
        ("changed", "131016", "30-39", 1),
        ("withdrawn", "212172", "40-49", 2),
    ]


async def test_closing_an_account_withdraws_with_the_dimensions_of_the_last_act() -> None:
    person = _somebody()
    await service.register(person, _form())
    await privacy.PERSONAL_DATA.erase(person.account_id)
    assert await _dimensions() == [
        ("opened", "131016", "30-39", 0),
        ("withdrawn", "131016", "30-39", 0),
    ]


async def test_an_erased_person_is_registered_with_no_place() -> None:
    person = _somebody()
    await service.register(person, _form(Purpose.NEWS))
    await privacy.PERSONAL_DATA.erase(person.account_id)

    assert await _registered() == 0
    assert await db.fetch_value("SELECT count(*) FROM relations_consent") == 0
    assert await db.fetch_value("SELECT count(account_id) FROM relations_registration") == 0


async def test_erasing_withdraws_more_registrations_than_a_page_shows() -> None:
    person = _somebody()
    await service.register(person, _form(Purpose.NEWS))
    await db.fetch(
        """WITH made AS (
            INSERT INTO relations_registration SELECT (jsonb_populate_record(r, jsonb_build_object(
                'id', uuidv7(), 'municipality_code', lpad(n::text, 6, '0')))).*
            FROM relations_registration r, generate_series(1, 500) n RETURNING id
        )
        INSERT INTO relations_registration_event (id, registration_id, act, happened_at)
        SELECT uuidv7(), id, 'opened', $1 FROM made""",
        clock.now(),
    )
    assert len([each async for each in privacy.PERSONAL_DATA.export(person.account_id)]) == 501
    await privacy.PERSONAL_DATA.erase(person.account_id)
    assert await _registered() == 0
