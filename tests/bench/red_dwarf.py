"""The landscape against red-dwarf's Polis pipeline, in turns, at 17 conversations' sizes.

Twice: the same work (`analyse_core` as Polis groups: components, groups, statements), and the
complete landscape: groups from many starts, bridging and uncertainty, which red-dwarf has not.

red-dwarf gets an environment of its own, so this runs only when it is asked for:
`python -m tests.bench red_dwarf` or `--full`. ENISHI_REAL_DATA names a folder with real
conversations; a size whose conversation is not in it is planted.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from tests.bench.model import BenchRow
from tests.landscape.planted import plant

from enishi.landscape import Landscape, Parameters, Votes, analyse, analyse_core
from enishi.landscape.polis_files import read_polis_files
from enishi.landscape.warm import warm

ASKED_FOR = True
TURNS = 3
_OURS = 5  # analyses in a turn, as one is short
_LOCK = Path(__file__).parents[1] / "landscape" / "red-dwarf.lock"
_PEER = Path(__file__).parent / "peers" / "red_dwarf.py"

# Public conversations: participants, statements, votes.
SIZES = {
    "london.youth.policing": (26, 36, 638),
    "15-per-hour-seattle": (339, 54, 2_872),
    "scoop-hivemind.freshwater": (117, 80, 3_972),
    "brexit-consensus": (204, 50, 5_303),
    "scoop-hivemind.ubi": (234, 70, 7_153),
    "canadian-electoral-reform": (448, 174, 11_950),
    "bg2050-volunteers": (126, 371, 14_283),
    "football-concussions": (1_487, 298, 14_328),
    "scoop-hivemind.affordable-housing": (381, 165, 14_995),
    "scoop-hivemind.taxes": (334, 148, 17_335),
    "scoop-hivemind.biodiversity": (536, 314, 29_719),
    "ssis.land-bank-farmland": (404, 293, 33_463),
    "vtaiwan.uberx": (1_921, 197, 49_443),
    "austria.5twd2jsnkf": (1_116, 522, 61_384),
    "austria.7z7ejpbmv5": (1_503, 611, 79_315),
    "austria.2vkxcncppn": (1_756, 1_039, 130_798),
    "american-assembly.bowling-green": (2_031, 896, 225_524),
}


def rows(*, full: bool) -> Iterator[BenchRow]:
    del full
    warm()
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as name, _peer(Path(name)) as theirs:
        for conversation, size in SIZES.items():
            yield from _both(Path(name), conversation, size, theirs)


def _both(
    folder: Path, name: str, size: tuple[int, int, int], theirs: Callable[[Path], float]
) -> Iterator[BenchRow]:
    votes, is_real = _votes(name, size)
    participants, columns, cast = votes.events()
    path = folder / "votes.npz"
    np.savez(path, participants=participants, statements=columns, votes=cast)

    def ours(work: Callable[[Votes], object]) -> float:
        began = time.process_time()
        for _ in range(_OURS):
            work(Votes.from_events(participants, columns, cast))
        return (time.process_time() - began) / _OURS

    works = {"the same work": _as_polis, "the complete landscape": analyse}
    for work in works.values():
        ours(work)
    theirs(path)
    turns = [([ours(work) for work in works.values()], theirs(path)) for _ in range(TURNS)]
    other = statistics.median(peer for _, peer in turns)
    for index, what in enumerate(works):
        mine = statistics.median(own[index] for own, _ in turns)
        ratios = [peer / own[index] for own, peer in turns]
        yield BenchRow(
            f"{name}{'' if is_real else ' (its size, planted)'}: {what}",
            1e3 * mine,
            "ms processor",
            f"red-dwarf 0.4.0, in turns: {1e3 * other:,.0f} ms",
            other / mine,
            f"{votes.count:,} votes; {TURNS} turns: {min(ratios):.0f} to {max(ratios):.0f}",
        )


def _as_polis(votes: Votes) -> Landscape:
    return analyse_core(votes, Parameters(mode="polis"))


def _votes(name: str, size: tuple[int, int, int]) -> tuple[Votes, bool]:
    folder = Path(os.environ.get("ENISHI_REAL_DATA", "../shared/data/polis")) / name
    if (folder / "votes.csv").is_file():
        cast = read_polis_files(folder).votes
        return Votes.from_events(cast.participants, cast.statements, cast.values), True
    people, statements, count = size
    return plant(people, statements, count / people).build(), False


@contextmanager
def _peer(folder: Path) -> Iterator[Callable[[Path], float]]:
    """A process of red-dwarf that answers with the seconds that a file of votes took it."""
    python = folder / "red-dwarf" / "bin" / "python"
    uv = [sys.executable, "-m", "uv"]
    create = [*uv, "venv", "--quiet", "--python", sys.executable, str(folder / "red-dwarf")]
    subprocess.run(create, check=True)
    install = [*uv, "pip", "install", "--quiet", "--python", str(python), "--require-hashes"]
    subprocess.run([*install, "-r", str(_LOCK)], check=True)
    process = subprocess.Popen(
        [str(python), str(_PEER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def seconds(path: Path) -> float:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{path}\n")
        process.stdin.flush()
        return float(process.stdout.readline())

    try:
        yield seconds
    finally:
        process.stdin.close()
        process.wait(60)
