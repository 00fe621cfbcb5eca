"""The landscape as a JSON document. Its schema is in docs/landscape.md; a change raises SCHEMA."""

import hashlib
import math
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import numpy.typing as npt

from enishi.landscape import uncertainty
from enishi.landscape.components import project_statements
from enishi.landscape.polis_conversation import Statement
from enishi.landscape.positions import participant_positions
from enishi.landscape.representative import Representative
from enishi.landscape.results import Landscape, Moderation
from enishi.landscape.votes import Votes

SCHEMA = "enishi.landscape/2"


def input_hash(votes: Votes, moderation: Moderation) -> str:
    """SHA-256 of all inputs of the result besides parameters and engine."""
    digest = hashlib.sha256(votes.fingerprint().encode())
    digest.update(np.packbits(moderation.out).tobytes())
    digest.update(np.packbits(moderation.meta).tobytes())
    return digest.hexdigest()


def document(landscape: Landscape, statements: list[Statement] | None = None) -> dict[str, Any]:
    """The complete result, ready for json.dumps(allow_nan=False).

    statements: with their texts, in the order of the statement indices; None leaves texts out.
    """
    result = landscape
    participants, count = result.votes.shape
    return {
        "schema": SCHEMA,
        "engine": {"name": result.engine, "version": version_of("enishi"), "numpy": np.__version__}
        | ({"numba": version_of("numba")} if result.engine == "compiled" else {}),
        "parameters": asdict(result.parameters),
        "input": {
            "sha256": input_hash(result.votes, result.moderation),
            "participants": participants,
            "statements": count,
            "votes": result.votes.count,
        },
        "statements": _statements(result, statements),
        "participants": _participants(result),
        "components": {
            "eigenvalues": _json_list(result.components.eigenvalues),
            "passes": result.components.passes,
            "residual": result.components.residual,
        },
        "groups": _groups(result),
        "silhouettes": {str(k): value for k, value in sorted(result.groups.silhouettes.items())},
        "base_clusters": {
            "x": _json_list(result.base.centres[:, 0]),
            "y": _json_list(result.base.centres[:, 1]),
            "size": [int(size) for size in result.base.sizes],
        },
        "representative": [
            {"group": group, "statements": [_representative(result, entry) for entry in entries]}
            for group, entries in enumerate(result.report.representative)
        ],
        "consensus": {
            side: [
                asdict(entry) | {"statement": _json_id(result.votes.statement_ids[entry.statement])}
                for entry in entries
            ]
            for side, entries in result.report.majority.items()
        },
    }


def _statements(result: Landscape, texts: list[Statement] | None) -> list[dict[str, Any]]:
    report, bridging = result.report, result.bridging
    places = project_statements(result.components)
    shares = uncertainty.shares(result.counts)
    columns: dict[str, Any] = {
        "id": [_json_id(i) for i in result.votes.statement_ids],
        "moderated_out": result.moderation.out,
        "meta": result.moderation.meta,
        "agrees": result.counts[:, 2],
        "disagrees": result.counts[:, 0],
        "passes": result.counts[:, 1],
        "seen": result.counts.sum(1),
        "agree_interval": shares.agree,
        "disagree_interval": shares.disagree,
        "too_few_votes": shares.too_few,
        "mean": result.components.means,
        "loadings": result.components.loadings.T,
        "place": places,
        "extremity": result.extremity,
        "priority": report.priorities,
        "group_aware_consensus_agree": report.consensus_agree,
        "group_aware_consensus_disagree": report.consensus_disagree,
    }
    if bridging is not None:
        columns |= {"bridging": bridging.scores, "bridging_factor": bridging.factors}
    if texts is not None:
        columns["text"] = [s.text for s in texts]
    lists = {name: _json_list(values) for name, values in columns.items()}
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


def _participants(result: Landscape) -> dict[str, Any]:
    positions = participant_positions(result.places, result.labels)
    return {
        "id": [_json_id(i) for i in result.votes.participant_ids],
        "votes": _json_list(result.votes.per_participant),
        "included": _json_list(result.included),
        "outlier": _json_list(result.outliers),
        "x": _json_list(result.places[:, 0]),
        "y": _json_list(result.places[:, 1]),
        "group": _json_list(result.labels),
        "base_cluster": _json_list(result.base_labels),
        "centricness": _json_list(positions.centricness),
        "coreness": _json_list(positions.coreness),
        "extremeness": _json_list(positions.extremeness),
    }


def _groups(result: Landscape) -> list[dict[str, Any]]:
    report = result.report
    shares = uncertainty.shares(report.counts)
    groups = []
    for group in range(result.groups.count):
        entry: dict[str, Any] = {
            "id": group,
            "members": int(result.groups.members[group]),
            "shown": bool(result.shown[group]),
            "centre": _json_list(result.groups.centres[group]),
        }
        if result.sizes is not None:
            entry |= {
                "share": float(result.sizes.share[group]),
                "share_interval": _json_list(result.sizes.interval[group]),
                "firm": _json_list(result.sizes.firm[group : group + 1])[0],
            }
        statistics = {
            name: _json_list(getattr(report.statistics, name)[group])
            for name in ("na", "nd", "ns", "pa", "pd", "pat", "pdt", "ra", "rd", "rat", "rdt")
        }
        statistics["too_few_votes"] = _json_list(shares.too_few[group])
        groups.append(entry | {"statistics": statistics})
    return groups


def _representative(result: Landscape, entry: Representative) -> dict[str, Any]:
    return asdict(entry) | {"statement": _json_id(result.votes.statement_ids[entry.statement])}


def _json_id(value: Any) -> int | str:
    return int(value) if isinstance(value, int | np.integer) else str(value)


def _json_list(values: npt.NDArray[Any] | list[Any]) -> list[Any]:
    """Lists of Python numbers; NaN (no value) becomes None. Floats keep every digit."""
    if isinstance(values, list):
        return values
    if values.dtype.kind == "f" and np.isnan(values).any():
        return [None if math.isnan(value) else value for value in values.tolist()]
    numbers: list[Any] = values.tolist()
    return numbers


def version_of(package: str) -> str:
    """The version of an installed package; 0 for a checkout that is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "0"
