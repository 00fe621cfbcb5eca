"""Attributes of a person, stored with each act: statistics count people as they were then."""

from enishi.accounts.schemas import Actor
from enishi.kit import clock
from enishi.kit.schema import Schema

_LOWER_BOUNDS = (16, 20, 30, 40, 50, 60, 70, 80)
AGE_BANDS = ("0-15", "16-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80-")


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
    """The band of the age that is reached this year, such as 30-39; the first and last are open."""
    if birth_year is None:
        return None
    age = clock.today().year - birth_year
    if age < _LOWER_BOUNDS[0]:
        return "0-15"
    lower = max(bound for bound in _LOWER_BOUNDS if bound <= age)
    upper = next((bound - 1 for bound in _LOWER_BOUNDS if bound > age), None)
    return f"{lower}-{upper}" if upper else f"{lower}-"
