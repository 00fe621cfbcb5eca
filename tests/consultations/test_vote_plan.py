"""The query plan of a batch of votes: index lookups by key only."""

import json
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from enishi.consultations.voting import vote_connection, vote_sql
from enishi.settings import get_settings


def each_node(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from each_node(below)


@pytest.mark.parametrize("statement", ["WRITE", "WRITE_AND_WITHDRAW"])
async def test_a_batch_reads_by_keys_alone(statement: str, own_database: None) -> None:
    # Another index would be scanned whole, for all consultations, at each batch.
    connection = await asyncpg.connect(
        get_settings().database_dsn, server_settings=vote_connection.SESSION_SETTINGS
    )
    try:
        types = "uuid[], uuid[], smallint[], timestamptz[], smallint"
        await connection.execute(f"PREPARE write({types}) AS {getattr(vote_sql, statement)}")
        [row] = await connection.fetch(
            "EXPLAIN (FORMAT JSON) EXECUTE write('{}', '{}', '{}', '{}', 0)"
        )
    finally:
        await connection.close()
    nodes = list(each_node(json.loads(row[0])[0]["Plan"]))
    assert {node["Index Name"] for node in nodes if "Index Name" in node} <= {
        "consultations_participant_pkey",
        "consultations_statement_pkey",
        "consultations_consultation_pkey",
        "consultations_component_once",
        "consultations_vote_pkey",
    }
    kinds = {node["Node Type"] for node in nodes}
    assert not kinds & {"Seq Scan", "Hash Join", "Merge Join"}
    # Not by the kind alone, which all consultations have.
    [component] = [n for n in nodes if n.get("Index Name") == "consultations_component_once"]
    assert "consultation_id = " in component["Index Cond"]
    # The votes of a batch are read once, not once for each of them.
    [batch] = [n for n in nodes if n["Node Type"] == "Function Scan"]
    assert batch["Parent Relationship"] == "Outer"
