"""Binds job contracts to the functions that carry them out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from enishi.kit.jobs import Job

J = TypeVar("J", bound=Job)
Handler = Callable[[J], Awaitable[None]]


class UnknownJobError(Exception):
    """The name has no handler: the job comes from a newer or a much older version."""


@dataclass(frozen=True)
class Binding:
    contract: type[Job]
    handler: Handler[Any]


HANDLERS: dict[str, Binding] = {}


def handles(contract: type[J]) -> Callable[[Handler[J]], Handler[J]]:
    """Bind the decorated function to a contract.

    The function is idempotent: a job may run twice (at-least-once), and its rows may be gone.
    """

    def bind(handler: Handler[J]) -> Handler[J]:
        if contract.name in HANDLERS:
            raise RuntimeError(f"{contract.name} has two handlers")
        HANDLERS[contract.name] = Binding(contract, handler)
        return handler

    return bind


def binding_of(name: str) -> Binding:
    try:
        return HANDLERS[name]
    except KeyError:
        raise UnknownJobError(name) from None
