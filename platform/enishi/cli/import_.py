from typing import ClassVar

import click

from enishi.cli import LazyGroup


class _Imports(LazyGroup):
    modules: ClassVar[dict[str, str]] = {
        "polis": "enishi.cli.import_polis",
        "population": "enishi.cli.import_population",
    }


@click.group("import", cls=_Imports)
def import_() -> None:
    """Import published data.

    A file is imported as a whole or not at all.

    Exit codes: 0 done; 1 refused, with file, line and reason; 2 wrong usage.
    """
