"""The next card of people who are known already, without the framework: half the time.

Like vote_shortcut, it knows nothing by itself: whoever has to be looked up, and whatever is not
the plain request of htmx for the fragment, goes on to `pages.voting`.
"""

import re

from litestar.types import HTTPScope

from enishi.consultations import cards, vote_shortcut
from enishi.kit import page_cache
from enishi.kit.i18n import Language

ROUTE = "/{language}/dialogues/{slug}/vote"
_PATH = re.compile(rf"/(?:{'|'.join(Language)})/dialogues/([a-z0-9-]{{1,80}})/vote")


def read(scope: HTTPScope) -> vote_shortcut.Known | None:
    """Whose card a request asks for, if this process knows them."""
    if scope["query_string"] or not (match := _PATH.fullmatch(scope["path"])):
        return None
    headers = vote_shortcut.plain_headers(scope)
    if headers is None or headers.get(b"hx-request") != b"true":
        return None
    known = vote_shortcut.peek_cached_voter(headers, match[1])
    if known is not None:
        scope["path_template"] = ROUTE
    return known


async def render(known: vote_shortcut.Known) -> bytes:
    may_vote = known.is_signed_in or known.dialogue.guests_allowed
    shown = await cards.context(known.dialogue, known.participant_id, may_vote=may_vote)
    return page_cache.render(cards.TEMPLATE, shown).encode()
