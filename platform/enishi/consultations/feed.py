"""An Atom feed of a dialogue's new statements."""

from collections.abc import Sequence

from enishi.consultations import addresses
from enishi.consultations.schemas import DialogueView, StatementView
from enishi.kit import clock, feeds
from enishi.kit.i18n import gettext
from enishi.settings import get_settings


def atom(dialogue: DialogueView, statements: Sequence[StatementView]) -> bytes:
    about = get_settings().base_url.rstrip("/") + addresses.page(dialogue.slug)
    entries = [
        feeds.FeedEntry(
            id=f"urn:uuid:{each.id}",
            title=gettext("意見カード %(number)s", number=each.number),
            address=f"{about}/statements#s{each.number}",
            updated=each.created_at,
            # Authors of statements are never shown; Atom asks for one.
            author=gettext("参加者"),
            content=each.text,
        )
        for each in statements
    ]
    latest = max((each.updated for each in entries), default=dialogue.published_at)
    return feeds.atom(
        feeds.Feed(
            id=f"urn:uuid:{dialogue.id}",
            title=str(dialogue.title),
            address=about,
            own_address=f"{about}/feed.xml",
            updated=latest or clock.now(),
            entries=entries,
        )
    )
