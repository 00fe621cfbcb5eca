"""Attributes of a person, stored with each act: statistics count people as they were then."""

from bisect import bisect_right
from itertools import pairwise

from enishi.accounts.schemas import Actor
from enishi.kit import clock
from enishi.kit.schema import Schema

# Each bound is one of the census' five-year groups, and 15, 65 and 75 bound its large classes: the
# bands can be compared with the population of a place. Acts that were stored earlier keep the
# bands of their time, such as 60-69.
_LOWER_BOUNDS = (0, 15, 20, 30, 40, 50, 60, 65, 75, 85)
AGE_BANDS = (
    *(f"{lower}-{after - 1}" for lower, after in pairwise(_LOWER_BOUNDS)),
    f"{_LOWER_BOUNDS[-1]}-",
)


class Dimensions(Schema):
    """`home_municipality` and `age_band` are empty where the account does not give them."""

    home_municipality: str = ""
    age_band: str = ""
    identity_level: int = 0


def dimensions_of(actor: Actor) -> Dimensions:
    return Dimensions(
        home_municipality=actor.home_municipality or "",
        age_band=age_band(actor.birth_year) or "",
        identity_level=int(actor.identity_level),
    )


def age_band(birth_year: int | None) -> str | None:
    """The band of the age that is reached this year, such as 30-39; the last is open."""
    return None if birth_year is None else band_of_age(clock.today().year - birth_year)


def band_of_age(age: int) -> str:
    """The band of an age in years; the first one also for a year of birth in the future."""
    return AGE_BANDS[max(0, bisect_right(_LOWER_BOUNDS, age) - 1)]
