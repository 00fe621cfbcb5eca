"""Whether a run's numbers are what its votes give: computed again and compared one by one."""

import json
import tempfile
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.consultations.landscape_runs import computation, stored_result, stored_runs
from enishi.consultations.landscape_runs.errors import NotVerifiableError
from enishi.consultations.landscape_runs.kinds import RunKind
from enishi.consultations.landscape_runs.packed_votes import PackedVotes
from enishi.consultations.landscape_runs.policies import LETTERS
from enishi.consultations.landscape_runs.polis_set import FORMAT_NAME, FORMAT_SCHEMA
from enishi.consultations.landscape_runs.run_values import EarlierRun, RunInput
from enishi.consultations.landscape_runs.stored_parts import unpack_ballots, unpack_parts
from enishi.consultations.landscape_runs.stored_result import RunResult
from enishi.landscape.polis_files import read_polis_files

DIGITS = 9  # in which floats are equal
MOST_TOLD = 20  # differences
# Results that the votes alone do not give.
_DRAWN = "authors"
_MATCHED = "letters"
_NOT_COMPARABLE = {
    _DRAWN: "ids of authors: drawn by chance for the run",
    _MATCHED: "how letters came to the groups: by who was in which group of the run before, and"
    " that is not kept (that both places which hold the letters agree is compared)",
}


@dataclass(frozen=True, slots=True)
class Verified:
    """What was compared: how many numbers of which run, and the first that differ.

    not_compared: what cannot be computed again, with the reason.
    """

    run: str
    numbers: int
    differences: tuple[str, ...]
    not_compared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """What is kept of a run: its kind and number, its result, its input hash.

    letters: of its groups, from the other place that keeps them (0 is A): the row of the run, or
    the mapping of format.json.
    """

    kind: str
    number: int
    result: RunResult
    input_hash: str
    letters: Mapping[int, int]


async def verify_stored(consultation_id: uuid.UUID) -> Verified:
    """The newest run of a consultation, from what the database keeps of it.

    Raises NotVerifiableError without a run, or if the run before a live one is no longer kept.
    """
    last = await stored_runs.find_last(consultation_id)
    stored = await stored_runs.find_result(last) if last is not None else None
    if last is None or stored is None:
        raise NotVerifiableError
    result = stored_result.decode(stored.result_version, stored.result)
    out = tuple(result.numbers[result.out].tolist())
    if last.kind is RunKind.FINAL:
        drawn, _ = unpack_ballots(await stored_runs.list_ballots(consultation_id))
        again, digest = computation.recomputed_final(RunInput(last.kind, out), drawn)
    else:
        packed, places = unpack_parts(await stored_runs.list_parts(consultation_id))
        earlier = await _earlier(consultation_id, last.number)
        given = RunInput(last.kind, out, earlier=earlier)
        again, digest = computation.recomputed_live(given, packed, places.included_before)
    letters = dict(enumerate(stored.letters))
    told = _Told(last.kind, last.number, result, stored.input_hash, letters)
    return _compared(told, again, digest)


async def _earlier(consultation_id: uuid.UUID, number: int) -> EarlierRun | None:
    if number == 1:
        return None
    found = await stored_runs.find_numbered(consultation_id, number - 1)
    if found is None:
        raise NotVerifiableError
    return found


def verify_export(path: Path) -> Verified:
    """The final run of an exported set, a folder or a zip file, from the ballots in it.

    Raises NotVerifiableError for a set without ballots, ExportError for a damaged file.
    """
    if path.is_dir():
        return _verify_folder(path)
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if Path(name).name == name:  # no path leads out of the folder
                archive.extract(name, folder)
        return _verify_folder(Path(folder))


def _verify_folder(folder: Path) -> Verified:
    try:
        told = json.loads((folder / FORMAT_NAME).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise NotVerifiableError from error
    if told.get("schema") != FORMAT_SCHEMA or not {"result", "letters"} <= told.keys():
        raise NotVerifiableError
    result = _read_result(told["result"])
    cast = read_polis_files(folder).votes
    people = np.arange(int(cast.participants.max(initial=-1)) + 1)
    ids = np.array([int(each).to_bytes(16, "big") for each in people.tolist()], "S16")
    drawn = PackedVotes.of(ids, cast.participants, cast.statements, cast.values)
    out = tuple(result.numbers[result.out].tolist())
    again, digest = computation.recomputed_final(RunInput(RunKind.FINAL, out), drawn)
    run = told["run"]
    letters = _read_letters(told["letters"])
    kept = _Told(run["kind"], run["number"], result, run["input_sha256"], letters)
    return _compared(kept, again, digest)


def _read_letters(told: Any) -> dict[int, int]:
    """The mapping of groups to letters; what is no letter is -1."""
    try:
        return {int(group): LETTERS.find(letter) for group, letter in told.items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise NotVerifiableError from error


def _read_result(told: dict[str, Any]) -> RunResult:
    """Arrays from JSON; null is a float without value."""
    blank = computation.recomputed_final(RunInput(RunKind.FINAL, ()), PackedVotes.none())[0]
    arrays = {}
    for name in stored_result.NAMES:
        kind = getattr(blank, name).dtype
        values = told.get(name, [])
        arrays[name] = np.array(values, np.float64 if kind.kind == "f" else kind)
    return RunResult(**arrays)


def _compared(told: _Told, again: RunResult, digest: str) -> Verified:
    differences = [] if told.input_hash == digest else [_OTHER_VOTES]
    numbers = 0
    # The first run has no groups to match, so its letters follow from the votes.
    left_out = {_DRAWN, _MATCHED} if told.number > 1 else {_DRAWN}
    for name in stored_result.NAMES:
        if name in left_out:
            continue
        one, other = getattr(told.result, name), getattr(again, name)
        numbers += other.size
        differences += _different(name, one, other)
    numbers += len(told.letters)
    differences += _differing_letters(told)
    return Verified(
        f"{told.kind} {told.number}",
        numbers,
        tuple(differences[:MOST_TOLD]),
        tuple(_NOT_COMPARABLE[name] for name in sorted(left_out)),
    )


_OTHER_VOTES = "the votes are not those of the run (SHA-256)"


def _differing_letters(told: _Told) -> Iterator[str]:
    """Each group has one letter, the same in both places; no two groups share one."""
    result = dict(enumerate(told.result.letters.tolist()))
    for group in sorted(result.keys() | told.letters.keys()):
        one, other = result.get(group), told.letters.get(group)
        if one != other:
            yield f"letters of group {group}: {_letter(one)} in the result, {_letter(other)} beside"
    if len(set(result.values())) < len(result):
        yield "letters: two groups have the same"


def _letter(number: int | None) -> str:
    return "none" if number is None or not 0 <= number < len(LETTERS) else LETTERS[number]


def _different(name: str, stored: npt.NDArray[Any], again: npt.NDArray[Any]) -> Iterator[str]:
    if stored.size == again.size == 0:
        return
    if stored.shape != again.shape:
        yield f"{name}: stored with shape {stored.shape}, computed with {again.shape}"
        return
    if again.dtype.kind == "f":
        scale = np.maximum(np.abs(again), np.abs(again).max(initial=0, where=np.isfinite(again)))
        near = np.abs(stored - again) <= 10.0**-DIGITS * scale
        equal = near | (np.isnan(stored) & np.isnan(again))
    else:
        equal = stored == again
    for index in np.argwhere(~equal).tolist():
        place = "".join(f"[{each}]" for each in index)
        yield f"{name}{place}: stored {stored[tuple(index)]}, computed {again[tuple(index)]}"
