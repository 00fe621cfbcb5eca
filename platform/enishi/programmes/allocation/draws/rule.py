"""The rule of a draw: published before the first application, and fixed by its hash.

The hash is that of the text, so that it can be checked without agreeing on how JSON is written.
"""

import hashlib
import json
from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from enishi.kit.schema import Schema

FORMAT: Final = "enishi-draw/1"
OFFICIALS = 2
LEAST_OF_STRATUM = 5
MOST_WEIGHT = 10
LARGEST_PARTY = 20
MOST_ENTRIES = 100_000

Code = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,19}$")]
Seats = Annotated[int, Field(ge=1, le=10_000)]


class Rule(Schema):
    """What decides who gets a place, but for the entries and the numbers of the officials.

    `reserved`: stratum -> seats that are given to its entries first. `tickets`: reason -> tickets
    that an entry gets beside its first one. `order`, `fit` and `missing` name the only ways that
    this version of the format knows; they stand in the rule so that its text says them.
    """

    format: Literal["enishi-draw/1"] = FORMAT
    draw: str = Field(min_length=1, max_length=64)
    capacity: Seats
    closes_at: datetime
    reveal_until: datetime
    reserved: dict[Code, Seats] = Field(default={}, max_length=10)
    tickets: dict[Code, Annotated[int, Field(ge=1, le=5)]] = Field(default={}, max_length=5)
    join_below: Annotated[int, Field(ge=1, le=100)] = LEAST_OF_STRATUM
    order: Literal["best-hmac-sha256-of-tickets"] = "best-hmac-sha256-of-tickets"
    fit: Literal["skip-parties-that-do-not-fit"] = "skip-parties-that-do-not-fit"
    missing: Literal["sha256-of-place-and-entries"] = "sha256-of-place-and-entries"

    @model_validator(mode="after")
    def _reserves_no_more_than_there_is(self) -> Self:
        if sum(self.reserved.values()) > self.capacity:
            raise ValueError("more seats are reserved than there are")
        return self

    @property
    def most_tickets(self) -> int:
        return 1 + sum(self.tickets.values())

    def text(self) -> str:
        """Canonical JSON: sorted keys, no spaces."""
        return json.dumps(
            self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )


def rule_hash(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of the text, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
