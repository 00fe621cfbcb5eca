"""The Atom feed of a consultation's new statements."""

from collections.abc import Sequence

from enishi.consultations.core.phase_summary import phase_summary
from enishi.consultations.core.schemas import ConsultationView
from enishi.consultations.voting.schemas import StatementView
from enishi.kit import clock, feeds, links
from enishi.kit.i18n import gettext


def atom(consultation: ConsultationView, statements: Sequence[StatementView]) -> bytes:
    about = links.absolute("dialogues:show", slug=consultation.slug)
    entries = [
        feeds.FeedEntry(
            id=f"urn:uuid:{each.id}",
            title=gettext("意見カード %(number)s", number=each.number),
            address=links.absolute(
                "dialogues:statements", slug=consultation.slug, fragment=f"s{each.number}"
            ),
            # The day: the instant of writing would name a visit.
            updated=clock.start_of_day(clock.in_tokyo(each.created_at).date()),
            # Atom requires an author; the authors of statements are never shown.
            author=gettext("参加者"),
            content=each.text,
        )
        for each in statements
    ]
    summary = phase_summary(consultation)
    latest = max((each.updated for each in entries), default=consultation.published_at)
    return feeds.atom(
        feeds.Feed(
            id=f"urn:uuid:{consultation.id}",
            title=str(consultation.title),
            subtitle=f"{summary['phase']} {summary['planned']}".strip(),
            address=about,
            own_address=links.absolute("dialogues:feed", slug=consultation.slug),
            updated=latest or clock.now(),
            entries=entries,
        )
    )
