"""Polis exports for tests, read from a folder in one step."""

from pathlib import Path

from enishi.landscape.engine import Engine
from enishi.landscape.polis_conversation import Sign
from enishi.landscape.polis_export import PolisExport, as_export
from enishi.landscape.polis_files import Progress, read_polis_files


def read_polis_export(
    folder: Path,
    progress: Progress | None = None,
    *,
    engine: Engine | None = None,
    agree: Sign | None = None,
) -> PolisExport:
    return as_export(read_polis_files(folder, progress, agree=agree), engine)
