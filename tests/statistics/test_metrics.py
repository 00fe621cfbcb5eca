"""The numbers that stored rows depend on, and the registry that they belong to."""

from enishi.kit import db
from enishi.statistics.metrics import (
    METRICS,
    PERSON_KINDS,
    Joined,
    JoinedAndDid,
    Persons,
    Returning,
    person_bits,
)

# Stored in statistics_person_day.acts. Add a line for a new kind; never change or remove one.
_STORED = {
    "vote.cast": 1,
    "statement.written": 2,
    "opinion.sent": 4,
    "participation.started": 8,
    "vote.changed": 16,
}
_INTEGER_BITS = 31  # the 32nd is the sign


def test_the_stored_bit_of_each_kind_is_the_one_it_always_had() -> None:
    assert {kind: person_bits([kind]) for kind in PERSON_KINDS} == _STORED


def test_no_number_is_used_twice_and_all_fit_into_the_column() -> None:
    numbers = list(PERSON_KINDS.values())
    assert len(set(numbers)) == len(numbers)
    assert all(0 <= number < _INTEGER_BITS for number in numbers)


def test_every_kind_by_which_people_are_counted_has_a_number() -> None:
    counted = {
        kind
        for metric in METRICS
        if isinstance(metric.value, Persons | Joined | JoinedAndDid | Returning)
        for kind in metric.value.kinds
    }
    assert counted <= set(PERSON_KINDS)


async def test_the_column_holds_the_highest_number() -> None:
    kind = await db.fetch_value(
        "SELECT data_type FROM information_schema.columns"
        " WHERE table_name = 'statistics_person_day' AND column_name = 'acts'"
    )
    assert kind == "integer"
