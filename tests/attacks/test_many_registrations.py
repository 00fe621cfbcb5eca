"""A3, until the honest figures: one account cannot move the counts of many places."""

from datetime import timedelta

import pytest

from enishi.kit import clock, db, ids
from enishi.kit.errors import TooManyRequestsError
from enishi.places import queries as places
from enishi.relations import queries, service
from enishi.relations.errors import TooManyRegistrationsError
from enishi.relations.schemas import Registrant, RegistrationForm
from enishi.relations.tables import Reason

DAY = timedelta(days=1)


def _codes() -> list[str]:
    return [place.code for place in places.list_municipalities("210005")]


async def _register(person: Registrant, code: str) -> None:
    form = RegistrationForm(municipality=code, reasons=[Reason.TRAVEL], purposes=[])
    await service.register(person, form)


async def test_an_account_registers_with_five_places_a_day_and_twenty_in_all() -> None:
    person = Registrant(account_id=ids.new_id(), home_municipality="", age_band="")
    codes, start = iter(_codes()), clock.now()
    for day in range(4):
        with clock.frozen_at(start + day * DAY):
            for _ in range(5):
                await _register(person, next(codes))
            with pytest.raises(TooManyRequestsError):
                await _register(person, next(codes))
    with clock.frozen_at(start + 5 * DAY):
        with pytest.raises(TooManyRegistrationsError, match="20"):
            async with db.unit_of_work():
                await _register(person, next(codes))
        [last, *_] = await queries.list_registrations(person.account_id)
        await service.withdraw(person, last.id)
        await _register(person, next(codes))
    assert len(await queries.list_registrations(person.account_id)) == 20
