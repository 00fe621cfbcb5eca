"""Releases as bands, as they were published before the cubes, for tests of what reads them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from enishi.disclosure.bands import band
from enishi.kit import clock, db, page_cache
from enishi.kit.ids import new_id
from enishi.statistics.release_tables import TABLES, Table

Rows = Mapping[str, Sequence[int]]
_INSERT = """
INSERT INTO statistics_release (id, name, as_of, rows, made_at) VALUES ($1, $2, $3, $4, $5)
"""


async def put_release(as_of: date, **counts: Rows) -> None:
    """All tables of a day. counts: by the name of a table, for each key a count of each metric."""
    for table in TABLES:
        rows = counts.get(table.name) or _nothing(table)
        document = json.dumps(_document(table, rows))
        await db.execute(_INSERT, new_id(), table.name, as_of, document, clock.now())
    page_cache.invalidate()


def _nothing(table: Table) -> Rows:
    """The table of the whole site always had its row."""
    return {"": [0] * len(table.metrics)} if table.dimension is None else {}


def _document(table: Table, rows: Rows) -> Mapping[str, object]:
    printed = []
    for key, values in rows.items():
        shown = band(np.array(values, dtype=np.int64))
        cells = zip(shown.bands.tolist(), shown.values.tolist(), strict=True)
        printed.append({"key": key, "cells": [{"band": b, "value": v} for b, v in cells]})
    assert all(len(row) == len(table.metrics) for row in rows.values()), table.name
    return {"has_samples": False, "metrics": table.metrics, "rows": printed}


async def put_release_of_everything(as_of: date) -> None:
    """Rows in every table: of few people, of some in a band, and rounded to ten."""
    sizes = (4, 47, 1234)
    keys = {
        "headline": [""],
        "months": [f"2026-{month:02}" for month in range(1, 12)],
        "prefectures": [*(f"{code:02}" for code in range(1, 48)), ""],
        "themes": ["birth-rate", "working-age-population", ""],
        "dialogues": [],
        "ties": ["21", "28"],
        "places": ["212172", "282103"],
    }
    await put_release(
        as_of,
        **{
            table.name: {
                key: [sizes[(row + i) % 3] for i in range(len(table.metrics))]
                for row, key in enumerate(keys[table.name])
            }
            for table in TABLES
        },
    )
