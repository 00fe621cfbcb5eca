"""The compiled kernels against the reference, each pass; threads; the cache of compiled code."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.landscape import oracle
from tests.landscape.planted import plant

from enishi.landscape import (
    EngineError,
    Moderation,
    Parameters,
    Votes,
    analyse,
    components,
    use_engine,
)
from enishi.landscape.document import document


@pytest.fixture(scope="module")
def votes() -> Votes:
    return plant(2_500, 200, 40).build()


def digits(value: Any) -> Any:
    """The document with floats rounded to nine digits."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: digits(item) for key, item in value.items()}
    return [digits(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("mode", ["direct", "polis"])
def test_threads_change_no_bit_of_the_document(votes: Votes, mode: Any) -> None:
    documents = [
        document(analyse(votes, Parameters(mode=mode), engine=use_engine("compiled", threads)))
        for threads in (1, 2, 5)
    ]
    assert documents[0] == documents[1] == documents[2]


def test_threads_change_no_bit_of_a_single_precision_result() -> None:
    large = plant(40_000, 500, 30).build()  # above a million votes: 32-bit partial sums
    assert large.count > 1_000_000
    places = [analyse(large, engine=use_engine("compiled", threads)).places for threads in (1, 3)]
    assert (places[0] == places[1]).all()


def test_both_engines_give_the_same_landscape(votes: Votes) -> None:
    rng = np.random.default_rng(5)
    moderation = Moderation(rng.random(200) < 0.1, rng.random(200) < 0.02)
    one, two = (
        document(analyse(votes, moderation=moderation, engine=use_engine(name)))
        for name in ("compiled", "reference")
    )
    assert (one.pop("engine")["name"], two.pop("engine")["name"]) == ("compiled", "reference")
    assert one["participants"]["group"] == two["participants"]["group"]
    assert digits(one["representative"]) == digits(two["representative"])
    assert digits(one["consensus"]) == digits(two["consensus"])
    for column in ("x", "y"):
        assert np.allclose(one["participants"][column], two["participants"][column], atol=1e-7)
    for a, b in zip(one["statements"], two["statements"], strict=True):
        assert a["priority"] == pytest.approx(b["priority"], rel=1e-7)
        assert a["bridging"] == pytest.approx(b["bridging"], abs=1e-7)


def test_single_precision_stays_close_to_double(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = plant(40_000, 500, 30).build()
    single = analyse(votes)
    monkeypatch.setattr(components, "SINGLE_PRECISION_VOTES", votes.count + 1)
    double = analyse(votes)
    cosines = np.abs((single.components.loadings * double.components.loadings).sum(1))
    assert (cosines > 1 - 1e-9).all()
    assert 0 < np.abs(single.places - double.places).max() < 1e-4
    assert (single.labels != double.labels).mean() < 1e-3


def test_components_that_start_from_a_sample_are_the_same_after_fewer_passes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    votes = plant(40_000, 500, 30).build()
    from_noise = analyse(votes)
    monkeypatch.setattr(components, "SAMPLED_VOTES", votes.count)
    sampled = [analyse(votes, engine=use_engine("compiled", threads)) for threads in (1, 3)]
    assert (sampled[0].places == sampled[1].places).all()
    cosines = np.abs((from_noise.components.loadings * sampled[0].components.loadings).sum(1))
    assert (cosines > 1 - 1e-9).all()
    assert sampled[0].components.passes < from_noise.components.passes
    assert sampled[0].components.residual < components.SINGLE_TOLERANCE


def test_the_grid_assigns_every_point_as_brute_force_does(rng: np.random.Generator) -> None:
    places = np.concatenate(
        [rng.normal(0, 1, (30_000, 2)), rng.normal(5, 0.01, (5_000, 2)), np.zeros((200, 2))]
    )
    centres = np.concatenate([rng.normal(0, 1, (40, 2)), rng.normal(5, 0.01, (20, 2))])
    grid = use_engine("compiled").points(places)
    brute = use_engine("reference").points(places)
    assert (grid.labels(centres) == brute.labels(centres)).all()
    assert np.allclose(grid.cluster_sums(centres), brute.cluster_sums(centres))


def test_centres_that_move_are_followed_as_brute_force_does(rng: np.random.Generator) -> None:
    places = np.concatenate([rng.normal(0, 1, (20_000, 2)), rng.normal(3, 0.02, (3_000, 2))])
    grid = use_engine("compiled", 2).points(places)
    brute = use_engine("reference").points(places)
    centres = places[rng.choice(len(places), 30, replace=False)].copy()
    for step in (1.0, 0.3, 0.1, 0.03, 0.0, 0.01, 1e-3, 2.0, 1e-6, 0.1):
        # One goes far, most hardly move, one comes back: what a cell remembers must not mislead.
        centres += step * rng.normal(0, 0.2, centres.shape) * (rng.random((30, 1)) < 0.3)
        centres[0] = places[rng.integers(len(places))]
        assert np.allclose(grid.cluster_sums(centres), brute.cluster_sums(centres))
        assert (grid.labels(centres) == brute.labels(centres)).all()
    for k in (5, 30, 5):
        few = centres[:k] + 0.01
        assert (grid.labels(few) == brute.labels(few)).all()


def test_an_equally_near_point_goes_to_the_first_centre() -> None:
    places = np.array([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.0]])
    centres = np.array([[1.0, 0.0], [-1.0, 0.0]])
    for name in ("compiled", "reference"):
        assert use_engine(name).points(places).labels(centres).tolist() == [0, 0, 1]  # type: ignore[arg-type]


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(EngineError, match="unknown landscape engine 'fast'"):
        use_engine("fast")  # type: ignore[arg-type]


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(["platform", "jobs", "."])
    return subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path} | environment,
    )


def test_without_numba_the_reference_runs_and_the_output_names_it() -> None:
    code = """
import json, sys
sys.modules["numba"] = None  # importing it fails, as if it were not installed
from importlib import util
find = util.find_spec
util.find_spec = lambda name, *rest: None if name == "numba" else find(name, *rest)
from enishi.landscape import Votes, analyse
from enishi.landscape import components
from enishi.landscape.document import document
votes = Votes.from_events([1, 1, 2, 2, 3], [1, 2, 1, 2, 1], [1, -1, -1, 1, 0])
print(json.dumps(document(analyse(votes))["engine"]))
"""
    assert json.loads(run(code).stdout)["name"] == "reference"


def test_an_environment_variable_selects_the_reference() -> None:
    code = "from enishi.landscape import use_engine; print(use_engine().name)"
    assert run(code, ENISHI_LANDSCAPE_ENGINE="reference").stdout.strip() == "reference"


def test_the_cache_of_a_read_only_package_is_elsewhere(tmp_path: Path) -> None:
    code = """
from enishi.landscape.compiled import cache
cache.HERE = __import__("pathlib").Path("/proc/none")  # not writable, not even for root
print(cache.set_cache_directory())
"""
    home = run(code, HOME=str(tmp_path / "home"), XDG_CACHE_HOME="", NUMBA_CACHE_DIR="").stdout
    assert home.startswith(str(tmp_path / "home"))
    last = run(code, HOME="/proc/none", XDG_CACHE_HOME="", NUMBA_CACHE_DIR="").stdout
    assert Path(last.strip()).is_dir()
    Path(last.strip()).rmdir()


def test_concurrent_analyses_give_the_result_of_a_single_one(rng: np.random.Generator) -> None:
    votes = oracle.random_votes(rng, 2_000, 100, 0.3)
    alone = analyse(votes)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(analyse, [votes] * 8):
            assert (found.places == alone.places).all()
            assert (found.labels == alone.labels).all()


@pytest.mark.soak
def test_after_the_warm_up_no_kernel_is_compiled(tmp_path: Path) -> None:
    code = """
import numpy as np
from pathlib import Path
import os
from enishi.landscape.warm import warm
assert warm() == "compiled"
def cached(): return sorted(str(f) for f in Path(os.environ["NUMBA_CACHE_DIR"]).rglob("*.nbc"))
before = cached()
assert before
from tests.landscape.planted import plant
from enishi.landscape import Parameters, Votes, analyse
for mode in ("direct", "polis"):
    analyse(plant(40_000, 500, 30).build(), Parameters(mode=mode))
rows = np.arange(3000) % 30
wide = Votes.from_indices(rows, np.arange(3000) * 9, rows % 3 - 1, participant_ids=30,
                          statement_ids=30_000)
analyse(wide)
assert cached() == before
"""
    run(code, NUMBA_CACHE_DIR=str(tmp_path))
