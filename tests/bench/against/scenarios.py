"""The rows that can be compared: one load each."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from tests.bench.against.filling import ACCOUNTS
from tests.bench.against.site import Site
from tests.bench.load import Load, wrk
from tests.bench.scripts import applying, reading, voting

CONNECTIONS = 32
# More than a site can take: each person applies once to each session.
_APPLICATIONS_A_SECOND = 2_000


@dataclass(frozen=True)
class Row:
    """`load` puts its load on a site for so many seconds."""

    name: str
    load: Callable[[Site, int], Load]
    needs_sessions: bool = False


def _votes(site: Site, seconds: int, *, connections: int) -> Load:
    path = f"/api/v1/dialogues/{site.content.slug}/statements/"
    script = voting(path, site.content.voters, site.content.statements)
    url = f"{site.base_url}{path}"
    return wrk(url, connections=connections, seconds=seconds, script=script)


def _card(site: Site, seconds: int) -> Load:
    url = f"{site.base_url}/ja/dialogues/{site.content.slug}/vote"
    script = reading(url, site.content.readers)
    return wrk(url, connections=CONNECTIONS, seconds=seconds, script=script)


def _kept_page(site: Site, seconds: int) -> Load:
    url = f"{site.base_url}/ja/dialogues/{site.content.slug}"
    return wrk(url, connections=CONNECTIONS, seconds=seconds)


def _signups(site: Site, seconds: int) -> Load:
    fresh = [site.content.sessions.pop() for _ in range(sessions_for(seconds))]
    urls = [f"{site.base_url}/ja/programmes/sessions/{session}/apply" for session in fresh]
    script = applying(urls, site.content.applicants)
    return wrk(urls[0], connections=CONNECTIONS, seconds=seconds, script=script)


def sessions_for(seconds: int) -> int:
    return math.ceil(_APPLICATIONS_A_SECOND * seconds / ACCOUNTS)


ROWS: Mapping[str, tuple[Row, ...]] = {
    "votes": (
        Row("votes, 32 connections", partial(_votes, connections=32)),
        Row("votes, 128 connections", partial(_votes, connections=128)),
    ),
    "card": (Row("one's next card", _card),),
    "kept_page": (Row("dialogue page from the page cache", _kept_page),),
    "signups": (Row("applications to a session", _signups, needs_sessions=True),),
}


def rows_named(names: list[str]) -> list[Row]:
    """The rows of these names, all without any. Raises SystemExit for an unknown one."""
    if unknown := set(names) - set(ROWS):
        raise SystemExit(f"No row {', '.join(sorted(unknown))}: there are {', '.join(ROWS)}.")
    return [row for name, rows in ROWS.items() if not names or name in names for row in rows]
