"""The landscape package uses no database: `pool` and `rollback` are replaced by empty fixtures."""

import os
from pathlib import Path

import numpy as np
import pytest
from tests.landscape.polis_exports import read_polis_export

from enishi.landscape.engine import Engine
from enishi.landscape.engines import use_engine
from enishi.landscape.polis_export import PolisExport

REAL_DATA = Path(os.environ.get("ENISHI_REAL_DATA", "../shared/data")) / "polis"
CONVERSATIONS = (
    "15-per-hour-seattle",
    "brexit-consensus",
    "london.youth.policing",
    "scoop-hivemind.affordable-housing",
    "scoop-hivemind.biodiversity",
    "vtaiwan.uberx",
)


@pytest.fixture(scope="session")
async def pool() -> None:
    return


@pytest.fixture(autouse=True)
async def rollback() -> None:
    return


@pytest.fixture(params=["compiled", "reference"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return use_engine(request.param)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture(scope="session", params=CONVERSATIONS)
def conversation(request: pytest.FixtureRequest) -> PolisExport:
    """A real conversation (Polis open data, CC BY 4.0, The Computational Democracy Project)."""
    folder = REAL_DATA / request.param
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}: set ENISHI_REAL_DATA")
    return read_polis_export(folder)
