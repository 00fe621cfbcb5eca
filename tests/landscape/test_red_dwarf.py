"""Statistics compared with red-dwarf's, on the real conversations and their recorded partition.

It installs red-dwarf from a hashed lock into a virtual environment, so it is a soak test.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.landscape import oracle

from enishi.landscape import Moderation, Votes, analyse_core, report_on
from enishi.landscape.polis_export import PolisExport

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.soak


@pytest.fixture(scope="session")
def other_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("red-dwarf")
    python = folder / "bin" / "python"
    uv = [sys.executable, "-m", "uv"]
    lock = Path(__file__).with_name("red-dwarf.lock")
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    install = [*uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes"]
    subprocess.run([*install, "-r", str(lock)], check=True)
    return python


def test_figures_equal_red_dwarfs_on_the_same_partition(
    conversation: PolisExport, other_python: Path, tmp_path: Path
) -> None:
    grouped = conversation.recorded >= 0
    labels = conversation.recorded[grouped]
    # red-dwarf's imputer drops columns without votes, so leave them out before.
    rows, columns, cast = conversation.votes.keep(grouped).events()
    votes = Votes.from_events(rows, columns, cast)
    kept = votes.statement_ids
    moderation = Moderation(conversation.moderation.out[kept], conversation.moderation.meta[kept])
    zeroed = moderation.zeroed
    np.savez(tmp_path / "in.npz", matrix=oracle.dense(votes), labels=labels, zeroed=zeroed)
    command = [str(other_python), str(ROOT / "tools/red_dwarf_figures.py")]
    subprocess.run(
        [*command, str(tmp_path / "in.npz"), str(tmp_path / "out.npz")], check=True, timeout=300
    )
    theirs = np.load(tmp_path / "out.npz")
    report = report_on(votes, labels, moderation=moderation)
    ours = report.statistics
    pairs = [(ours.ns, theirs["ns"])]
    for side, names in enumerate(
        (("na", "pa", "ra", "pat", "rat"), ("nd", "pd", "rd", "pdt", "rdt"))
    ):
        figures = zip(names, ("n", "p", "r", "pt", "rt"), strict=True)
        pairs += [(getattr(ours, mine), theirs[other][side]) for mine, other in figures]
    pairs += [(report.consensus_agree, theirs["consensus"][0])]
    pairs += [(report.consensus_disagree, theirs["consensus"][1])]
    for mine, other in pairs:
        assert np.abs(mine - other).max() <= 1e-12 * max(1.0, np.abs(other).max())
    found = analyse_core(votes, moderation=moderation)
    cosines = (found.components.loadings * theirs["loadings"]).sum(1)
    assert (np.abs(cosines) >= 1 - 1e-6).all()
    signs = np.sign(cosines)
    # red-dwarf's solver is approximate from 500 participants on; test_real.py compares with LAPACK.
    assert np.abs(found.places - signs * theirs["places"]).max() < 1e-3
