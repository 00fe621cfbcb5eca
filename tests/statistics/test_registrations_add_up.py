"""people(b) - people(a) = joined - left - erased, of a place, through SQL, for any log."""

import uuid
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enishi.kit import db
from enishi.kit.ids import new_id
from enishi.statistics.metrics import get_metrics
from enishi.statistics.queries import figures
from enishi.statistics.schemas import Scope

_FIRST = date(2026, 9, 1)
_HIDA = "212172"
_OPENED, _WITHDRAWN = "registration.opened", "registration.withdrawn"
_DAYS = 4
# Each step is on the day of the one before it or on the next: (next day, person, is erased).
_steps = st.lists(
    st.tuples(st.booleans(), st.integers(0, 4), st.sampled_from([False, False, False, True])),
    max_size=25,
)
_Act = tuple[date, int, str]


def _acts(steps: list[tuple[bool, int, bool]]) -> tuple[list[_Act], set[int]]:
    """A person registers, withdraws and registers again; who is erased withdraws first, for good.

    Returns the acts and the erased.
    """
    acts: list[_Act] = []
    standing, erased, day = set[int](), set[int](), _FIRST
    for is_next_day, person, is_erased in steps:
        if is_next_day and day < _FIRST + timedelta(days=_DAYS - 1):
            day += timedelta(days=1)
        if person in erased:
            continue
        if person in standing:
            acts.append((day, person, _WITHDRAWN))
            standing.remove(person)
        elif not is_erased:
            acts.append((day, person, _OPENED))
            standing.add(person)
        if is_erased:
            erased.add(person)
    return acts, erased


async def _store(acts: list[_Act], erased: set[int]) -> None:
    keys: dict[int, uuid.UUID | None] = {
        person: None if person in erased else new_id() for person in range(5)
    }
    await db.fetch("DELETE FROM statistics_fact")
    await db.fetch(
        """
        INSERT INTO statistics_fact (act_id, source, kind, day, person_key, place_code,
            subject_kind, amount)
        SELECT gen_random_uuid(), 'tests', k, d, p, $4, 'place', 1
        FROM unnest($1::text[], $2::date[], $3::uuid[]) AS t (k, d, p)
        """,
        [kind for _, _, kind in acts],
        [day for day, _, _ in acts],
        [keys[person] for _, person, _ in acts],
        _HIDA,
    )


def _net(acts: list[_Act], people: set[int], after: date, until: date) -> int:
    return sum(
        (kind == _OPENED) - (kind == _WITHDRAWN)
        for day, person, kind in acts
        if person in people and after < day <= until
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=_steps)
async def test_the_people_of_a_place_change_by_who_joined_and_left(
    steps: list[tuple[bool, int, bool]],
) -> None:
    """The acts of the erased count on, but are nobody's: who they are is not known any more."""
    acts, erased = _acts(steps)
    await _store(acts, erased)
    ends = [_FIRST + timedelta(days=n) for n in range(-1, _DAYS)]
    people: list[int] = []
    for end in ends:
        scope = Scope(until=end, place=_HIDA)
        people += await figures.count(get_metrics("relation.people"), scope)
        assert people[-1] == _net(acts, set(range(5)) - erased, date.min, end)
    for i, a in enumerate(ends):
        for j in range(i + 1, len(ends)):
            scope = Scope(until=ends[j], since=a + timedelta(days=1), place=_HIDA)
            joined, left = await figures.count(
                get_metrics("relation.joined", "relation.left"), scope
            )
            gone = _net(acts, erased, a, ends[j])
            assert people[j] - people[i] == joined - left - gone
