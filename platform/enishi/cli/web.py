import click

from enishi.servers.web import serve


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Web processes.",
)
def web(host: str, port: int, workers: int) -> None:
    """Serve the site, and nothing else (`enishi up` runs everything).

    Needs a migrated database: ENISHI_DATABASE_URL, or the embedded one of a running `enishi up`.

    Exit codes: 0 stopped on request; 1 the web processes failed; 2 wrong usage.
    """
    serve(host, port, workers)
