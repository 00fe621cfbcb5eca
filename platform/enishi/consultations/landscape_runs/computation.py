"""The computation of a run, from packed votes to what is stored. Arrays in, bytes out.

It runs in a process of its own (enishi_jobs.landscape_pool), so nothing here knows a database.
"""

import time
import uuid
from dataclasses import asdict, replace

import numpy as np
import numpy.typing as npt

from enishi.consultations.landscape_runs import stored_result, without_guests
from enishi.consultations.landscape_runs.kinds import RunKind
from enishi.consultations.landscape_runs.packed_votes import PackedVotes
from enishi.consultations.landscape_runs.policies import FURTHER_PEOPLE, LEAST_PEOPLE_OF_A_CELL
from enishi.consultations.landscape_runs.run_values import (
    EarlierRun,
    RunInput,
    RunOutput,
    TooFew,
)
from enishi.consultations.landscape_runs.stored_parts import (
    BallotPart,
    Part,
    Places,
    aligned,
    ballot_parts,
    pack_parts,
    unpack_parts,
)
from enishi.consultations.landscape_runs.stored_result import RunResult
from enishi.landscape import Earlier, Landscape, Moderation, Parameters, Votes, analyse, use_engine
from enishi.landscape.density import density_cells
from enishi.landscape.document import input_hash, version_of
from enishi.landscape.letters import match_letters
from enishi.landscape.results import LEAST_SHOWN, Mask

PARAMETERS = Parameters(least_group=LEAST_SHOWN)
_SIDES = {"agree": 1, "disagree": -1}


def compute(given: RunInput) -> RunOutput | TooFew:
    """Compute a run. An earlier result in another format is not used: the run starts cold."""
    began = time.perf_counter()
    known, places = unpack_parts(given.earlier.parts if given.earlier else ())
    packed = _votes_now(given, known)
    before = aligned(places, known.participants, packed.participants)
    if given.needs_further_people:
        differing = packed.differing_people(known, given.merged)
        if len(differing) < FURTHER_PEOPLE:
            stored = differing.tobytes()
            starts = range(0, len(stored), 16)
            return TooFew(tuple(uuid.UUID(bytes=stored[k : k + 16]) for k in starts))
    if given.kind is RunKind.FINAL:
        return _final(given, packed, before, began)
    earlier = _decoded(given.earlier)
    votes = packed.as_votes(packed.participants)
    found = _analyse(given, votes, _warm_start(given, votes, before, earlier))
    result = _result(found, before, earlier)
    parts = pack_parts(packed, _places(found, before))
    return _output(found, result, (parts, [], began))


def _votes_now(given: RunInput, known: PackedVotes) -> PackedVotes:
    if given.everything is not None:
        all_ = given.everything
        return PackedVotes.of(all_.participants, all_.rows, all_.numbers, all_.votes)
    if given.changes is None:
        return known
    changes = given.changes
    return known.changed(changes.participants, changes.numbers, changes.votes)


def _decoded(earlier: EarlierRun | None) -> RunResult | None:
    if earlier is None or earlier.result_version != stored_result.VERSION:
        return None
    return stored_result.decode(earlier.result_version, earlier.result)


def _warm_start(
    given: RunInput, votes: Votes, before: Places, earlier: RunResult | None
) -> Earlier | None:
    """The earlier run in the columns of these votes; a new statement has no loading in it."""
    if earlier is None or given.earlier is None or len(earlier.numbers) == 0:
        return None
    numbers = np.asarray(votes.statement_ids)
    column = np.searchsorted(earlier.numbers, numbers)
    column[column == len(earlier.numbers)] = 0
    known = earlier.numbers[column] == numbers
    return Earlier(
        components=np.ascontiguousarray(np.where(known, earlier.loadings[:, column], 0.0)),
        base_centres=earlier.base_centres if len(earlier.base_centres) else None,
        group_centres=earlier.centres if len(earlier.centres) else None,
        included=before.included,
        steady=given.earlier.steady,
    )


def _analyse(given: RunInput, votes: Votes, earlier: Earlier | None) -> Landscape:
    out = np.isin(votes.statement_ids, given.out)
    moderation = Moderation(out, np.zeros(len(out), bool))
    engine = use_engine(given.engine)
    return analyse(votes, PARAMETERS, moderation=moderation, earlier=earlier, engine=engine)


def _final(given: RunInput, packed: PackedVotes, before: Places, began: float) -> RunOutput:
    """Cold, in a drawn order of the participants; ids of the export are places in that order."""
    draw = np.random.Generator(np.random.PCG64(int.from_bytes(given.seed)))
    order = draw.permutation(len(packed.participants))
    drawn = packed.taken(order)
    found = _analyse(given, drawn.as_votes(np.arange(len(order))), None)
    result = replace(
        _result(found, before.taken(order), _decoded(given.earlier)),
        authors=np.array(_drawn_authors(given, draw), np.int64).reshape(-1, 2),
        drawn_groups=found.labels.astype(np.int8),
    )
    back = np.argsort(order)
    parts = pack_parts(packed, _places(found, before.taken(order)).taken(back))
    apart = without_guests.compare(
        packed, found.labels[back], given.guests, lambda votes: _analyse(given, votes, None)
    )
    output = _output(
        found, result, (parts, _ballots(given, drawn, packed.code_order(order)), began)
    )
    told = asdict(apart) if apart else None
    return replace(output, stability=output.stability | {"without_guests": told})


def _drawn_authors(given: RunInput, draw: np.random.Generator) -> tuple[tuple[int, int], ...]:
    """(number of a statement, id of its author), with ids that no ballot has to do with."""
    known = sorted({author for _, author in given.authors})
    ids = dict(zip(known, draw.permutation(len(known)).tolist(), strict=True))
    return tuple((number, ids[author]) for number, author in given.authors)


def _ballots(
    given: RunInput, drawn: PackedVotes, code_order: npt.NDArray[np.int64]
) -> list[BallotPart]:
    """code_order: where the codes of `drawn` were among all votes by participant and number."""
    all_ = given.everything
    if all_ is None or all_.days is None:
        raise ValueError("a final run is computed from all votes with their days")
    days = all_.days[np.lexsort((all_.numbers, all_.rows))]
    return ballot_parts(drawn, days[code_order])


def _places(found: Landscape, before: Places) -> Places:
    return Places(found.places, found.labels, found.included, before.included, found.outliers)


def recomputed_live(
    given: RunInput, packed: PackedVotes, included_before: Mask
) -> tuple[RunResult, str]:
    """A live run again, from its votes and what it was handed of the run before; its input hash.

    The letters are not compared, because the earlier groups of the participants are not kept.
    """
    nowhere = replace(Places.unknown(len(packed.participants)), included=included_before)
    earlier = _decoded(given.earlier)
    votes = packed.as_votes(packed.participants)
    found = _analyse(given, votes, _warm_start(given, votes, nowhere, earlier))
    return _result(found, nowhere, earlier), input_hash(found.votes, found.moderation)


def recomputed_final(given: RunInput, drawn: PackedVotes) -> tuple[RunResult, str]:
    """A final run again, from the votes in their drawn order, and its input hash."""
    people = len(drawn.lengths)
    found = _analyse(given, drawn.as_votes(np.arange(people)), None)
    result = _result(found, Places.unknown(people), None)
    result = replace(result, drawn_groups=found.labels.astype(np.int8))
    return result, input_hash(found.votes, found.moderation)


def _result(found: Landscape, before: Places, earlier: RunResult | None) -> RunResult:
    """before: places of the earlier run, in the order of `found`."""
    report, groups = found.report, found.groups
    known = earlier.letters if earlier is not None else np.zeros(0, np.int64)
    cells = density_cells(found.places, found.labels, LEAST_PEOPLE_OF_A_CELL)
    nothing = np.full(found.votes.shape[1], np.nan)
    listed = [
        (group, each.statement, _SIDES[each.side], each.best_agree)
        for group, entries in enumerate(report.representative)
        for each in entries
    ]
    return RunResult(
        numbers=np.asarray(found.votes.statement_ids, np.int64),
        out=found.moderation.out,
        counts=found.counts,
        group_counts=report.counts,
        members=np.asarray(groups.members, np.int64),
        letters=match_letters(found.labels, groups.count, before.labels, known),
        firm=found.sizes.firm if found.sizes else np.full(groups.count, np.nan),
        centres=groups.centres,
        base_centres=found.base.centres,
        loadings=found.components.loadings,
        means=found.components.means,
        eigenvalues=found.components.eigenvalues,
        extremity=found.extremity,
        priorities=report.priorities,
        bridging=found.bridging.scores if found.bridging else nothing,
        factors=found.bridging.factors if found.bridging else nothing,
        consensus_agree=report.consensus_agree,
        consensus_disagree=report.consensus_disagree,
        silhouettes=np.array(sorted(groups.silhouettes.items()), np.float64).reshape(-1, 2),
        listed=np.array(listed, np.int64).reshape(-1, 4),
        cells=cells.cells,
        grid=np.array([cells.rows, cells.scale]),
        authors=np.zeros((0, 2), np.int64),
        drawn_groups=np.zeros(0, np.int8),
        totals=np.array([len(found.labels), found.included.sum(), found.outliers.sum()], np.int64),
    )


def _output(
    found: Landscape,
    result: RunResult,
    kept: tuple[list[Part], list[BallotPart], float],
) -> RunOutput:
    parts, ballots, began = kept
    people, statements = found.votes.shape
    return RunOutput(
        input_hash=input_hash(found.votes, found.moderation),
        engine=found.engine,
        version=version_of("enishi"),
        parameters=asdict(PARAMETERS),
        people=people,
        votes=found.votes.count,
        statements=statements,
        steady=found.steady,
        stability={
            "silhouettes": {str(int(k)): mean for k, mean in result.silhouettes.tolist()},
            "letters": result.letters.tolist(),
            "members": result.members.tolist(),
            "firm": [None if np.isnan(each) else each for each in result.firm.tolist()],
            "included": int(result.totals[1]),
            "outliers": int(result.totals[2]),
        },
        result_version=stored_result.VERSION,
        result=stored_result.encode(result),
        seconds=time.perf_counter() - began,
        parts=parts,
        ballots=ballots,
    )
