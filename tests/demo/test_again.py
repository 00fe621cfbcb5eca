"""Loading twice from the same seed, and being cut off."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.demo.test_load import TABLES
from tests.fixtures.sample import NOW

from enishi.demo import load
from enishi.kit import clock, db
from enishi.settings import Environment, get_settings

pytestmark = pytest.mark.as_owner
# What the database itself gives out: no choice of ours.
_OURS = "to_jsonb(t) - 'id' - 'tx'"


@pytest.fixture
def sample() -> None:
    """Nothing is loaded beforehand here."""


async def _fingerprint() -> dict[str, str]:
    found = {}
    for table in TABLES:
        key = _OURS if table == "consultations_vote_event" else "to_jsonb(t) - 'tx'"
        rows = await db.fetch(f"SELECT ({key})::text AS row FROM {table} t ORDER BY 1")  # noqa: S608
        digest = hashlib.sha256("\n".join(row["row"] for row in rows).encode()).hexdigest()
        found[table] = f"{len(rows)} {digest}"
    return found


async def _loaded(seed: int) -> dict[str, str]:
    """What a load leaves; the database is as before afterwards."""
    transaction = db.DB.current_transaction.get()
    assert transaction is not None
    before = await transaction.savepoint()
    with clock.frozen_at(NOW):
        await load.load(load.FEWEST, seed)
    found = await _fingerprint()
    await before.rollback_to()
    return found


async def test_the_same_seed_and_day_give_the_same_rows_on_any_number_of_cores() -> None:
    first, other = await _loaded(1), await _loaded(2)
    with _on_one_core():
        again = await _loaded(1)
    assert first == again
    assert not any(rows.startswith("0 ") for rows in first.values()), first
    assert first["consultations_vote"] != other["consultations_vote"]


@contextmanager
def _on_one_core() -> Iterator[None]:
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    yield
    os.sched_setaffinity(0, cores)


async def test_a_load_that_is_cut_off_leaves_nothing() -> None:
    def cut(_: float) -> None:
        raise KeyboardInterrupt

    before = await _fingerprint()
    with pytest.raises(KeyboardInterrupt):
        await load.load(load.FEWEST, 1, cut)
    assert await _fingerprint() == before
    assert not await load.is_loaded()


async def test_production_takes_no_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = get_settings().model_copy(update={"environment": Environment.PRODUCTION})
    monkeypatch.setattr(load, "get_settings", lambda: changed)
    with pytest.raises(load.NotInProductionError):
        await load.load(load.FEWEST, 1)
