"""`enishi landscape DIR`: the opinion landscape of a Polis export."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from enishi.cli.polis_options import agree_option
from enishi.kit.i18n import Language, speaking
from enishi.landscape import Parameters, analyse
from enishi.landscape.document import document
from enishi.landscape.engine import Engine
from enishi.landscape.engines import engine_for
from enishi.landscape.errors import EngineError, ExportError
from enishi.landscape.polis_conversation import Sign
from enishi.landscape.polis_export import PolisExport, as_export
from enishi.landscape.polis_files import read_polis_files
from enishi.landscape.summary import summary

PROGRESS_FROM = 1_000_000  # votes


class _GroupCount(click.ParamType[int | None]):
    name = "auto|K"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | None:
        if value == "auto":
            return None
        try:
            count = int(value)
        except ValueError:
            self.fail(f"{value!r} is neither auto nor a number", param, ctx)
        if not 1 <= count <= 26:
            self.fail("must be 1 to 26", param, ctx)
        return count


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--mode",
    type=click.Choice(["direct", "polis"]),
    default="direct",
    show_default=True,
    help="direct: k-means on all participants; polis: on base clusters, as Polis does.",
)
@click.option(
    "--groups", type=_GroupCount(), default="auto", show_default=True, help="The number of groups."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.option("--summary", "as_summary", is_flag=True, help="A page of text instead of JSON.")
@click.option(
    "--language",
    type=click.Choice([language.value for language in Language]),
    default=Language.JA.value,
    show_default=True,
    help="Of the summary and of error messages.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "compiled", "reference"]),
    default="auto",
    show_default=True,
    help="compiled: numba; reference: plain NumPy; auto: compiled if installed and worth loading.",
)
@agree_option
def landscape(  # noqa: PLR0913 (one parameter for each option)
    folder: Path,
    out: Path | None,
    *,
    as_summary: bool,
    language: str,
    engine: Any,
    agree: Sign | None,
    **options: Any,
) -> None:
    """Analyse a Polis export: groups, common ground, priorities.

    DIR holds votes.csv, comments.csv and participants-votes.csv in any layout Polis has exported.
    Prints JSON; its schema is in docs/landscape.md.

    Exit codes: 0 done; 1 refused, with file, line and reason; 2 wrong usage.
    """
    with speaking(Language(language)), _errors_as_messages():
        progress = _progress if sys.stderr.isatty() else None
        conversation = read_polis_files(folder, progress, agree=agree)
        chosen = engine_for(len(conversation.votes.values), engine)
        text = _render(as_export(conversation, chosen), chosen, as_summary=as_summary, **options)
        if out is None:
            click.echo(text)
        else:
            out.write_text(text + "\n", encoding="utf-8")


def _render(
    export: PolisExport, engine: Engine, *, as_summary: bool, mode: Any, groups: int | None
) -> str:
    if export.votes.count >= PROGRESS_FROM:
        click.echo(f"{export.votes.count:,} votes read, computing ...", err=True)
    found = analyse(
        export.votes,
        replace(Parameters(), mode=mode, groups=groups),
        moderation=export.moderation,
        engine=engine,
    )
    if as_summary:
        return summary(found, export.name, export.statements)
    result = document(found, export.statements)
    result["input"] |= {
        "name": export.name,
        "statements_without_votes": export.unvoted,
        "people_without_votes": len(export.voteless),
        "notes": [str(note) for note in export.notes],
    }
    return json.dumps(result, ensure_ascii=False, allow_nan=False)


def _progress(rows: int) -> None:
    click.echo(f"{rows:,} rows read ...", err=True)


@contextmanager
def _errors_as_messages() -> Iterator[None]:
    try:
        yield
    except (ExportError, EngineError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
