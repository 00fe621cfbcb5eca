"""Six real conversations: counts, and each formula on the recorded partition.

Polis open data, CC BY 4.0, The Computational Democracy Project.
"""

import csv
import math

import numpy as np
from tests.landscape import oracle
from tests.landscape.conftest import REAL_DATA
from tests.landscape.test_formulas import FIGURES

from enishi.landscape import analyse, report_on
from enishi.landscape.polis_export import PolisExport


def test_final_votes_equal_the_wide_file_that_polis_wrote(conversation: PolisExport) -> None:
    with (REAL_DATA / conversation.name / "participants-votes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    wide = {
        (int(row["participant"]), int(column), int(value))
        for row in rows
        for column, value in row.items()
        if column.isdecimal() and value
    }
    people, statements, votes = conversation.votes.events()
    ids = conversation.votes.participant_ids, conversation.votes.statement_ids
    found = zip(ids[0][people].tolist(), ids[1][statements].tolist(), votes.tolist(), strict=True)
    assert set(found) == wide


def test_figures_on_the_recorded_partition_equal_the_formulas(conversation: PolisExport) -> None:
    report = report_on(
        conversation.votes, conversation.recorded, moderation=conversation.moderation
    )
    groups = oracle.statistics(oracle.dense(conversation.votes), conversation.recorded)
    for group, row in enumerate(groups):
        for name in FIGURES:
            wanted = np.array([figures[name] for figures in row])
            found = getattr(report.statistics, name)[group]
            assert np.abs(found - wanted).max() <= 1e-12 * max(1.0, np.abs(wanted).max())
    for j in range(conversation.votes.shape[1]):
        product = math.prod((g[j]["na"] + 1) / (g[j]["ns"] + 2) for g in groups)
        assert math.isclose(report.consensus_agree[j], product, rel_tol=1e-12)


def test_components_equal_the_dense_computation(conversation: PolisExport) -> None:
    found = analyse(conversation.votes, moderation=conversation.moderation)
    loadings, places = oracle.components(
        oracle.dense(conversation.votes), conversation.moderation.zeroed
    )
    cosines = (found.components.loadings * loadings).sum(1)
    assert (np.abs(cosines) >= 1 - 1e-10).all()
    assert np.abs(found.places - np.sign(cosines) * places).max() < 1e-9


def test_each_real_conversation_has_groups_and_a_complete_document(
    conversation: PolisExport,
) -> None:
    found = analyse(conversation.votes, moderation=conversation.moderation)
    assert 2 <= found.groups.count <= 5
    assert found.bridging is not None
    assert np.isfinite(found.bridging.scores[~conversation.moderation.zeroed]).all()
    assert found.sizes is not None
    assert found.sizes.members.sum() + found.outliers.sum() == found.included.sum()
