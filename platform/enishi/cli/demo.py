import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from enishi.cli import database
from enishi.demo import load as sample
from enishi.demo import sample_accounts
from enishi.demo.load import Loaded, Progress
from enishi.kit import db
from enishi.settings import get_settings

_STEPS = 1000  # of the progress bar


@click.group()
def demo() -> None:
    """Sample content for trying the platform. Everything in it is marked as a sample."""


@demo.command()
@click.option(
    "--people",
    type=click.IntRange(sample.FEWEST, sample.MOST),
    default=100_000,
    show_default=True,
    help="How many people take part.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="What chance goes by.")
@click.option(
    "--past-months",
    type=click.IntRange(1, 36),
    default=sample.PAST_MONTHS,
    show_default=True,
    help="How many months of releases of statistics are made of the past.",
)
@click.option("--once", is_flag=True, help="Do nothing if it is there already.")
def load(people: int, seed: int, past_months: int, *, once: bool) -> None:
    """Load the sample content: dialogues, programmes, people and their acts.

    Ten dialogues and some forty programmes, written by hand, and PEOPLE made up from the census.
    The same seed on the same day gives the same content. It is loaded as a whole or not at all.

    Exit codes: 0 done; 1 refused (it is there already, or this is production); 2 wrong usage.
    """
    began = time.monotonic()
    db.connect_as_owner()  # indexes are dropped and created again
    with _progress(people) as progress:
        loaded = database.run(lambda: _load(people, seed, past_months, progress, once=once))
    if loaded is None:
        click.echo("The sample content is already there.")
        click.echo(sample_accounts.describe(get_settings().base_url))
        return
    click.echo(
        f"Sample content: {loaded.people:,} people, {loaded.votes:,} votes,"
        f" {loaded.registrations:,} registrations, {loaded.applications:,} applications"
        f" in {time.monotonic() - began:.0f} s."
    )
    click.echo(sample_accounts.describe(get_settings().base_url))


async def _load(
    people: int, seed: int, past_months: int, progress: Progress, *, once: bool
) -> Loaded | None:
    if once and await sample.is_loaded():
        return None
    loaded = await sample.load(people, seed, progress)
    await sample.publish_figures(people, progress, past_months)
    return loaded


@contextmanager
def _progress(people: int) -> Iterator[Progress]:
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=_STEPS, label="Sample content", file=sys.stderr) as bar:
        done = 0.0

        def further(work: float) -> None:
            nonlocal done
            done += work / sample.work_for(people) * _STEPS
            bar.update(round(done) - bar.pos)

        yield further
