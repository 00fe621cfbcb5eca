"""An Atom feed (RFC 4287) of a dialogue's new statements."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from enishi.consultations import addresses
from enishi.consultations.schemas import DialogueView, StatementView
from enishi.kit.i18n import current_language, gettext
from enishi.settings import get_settings

_NAMESPACE = "http://www.w3.org/2005/Atom"


def atom(dialogue: DialogueView, statements: Sequence[StatementView]) -> bytes:
    base = get_settings().base_url.rstrip("/")
    about = base + addresses.page(dialogue.slug)
    feed = Element("feed", {"xmlns": _NAMESPACE, "xml:lang": current_language().value})
    _text(feed, "id", f"urn:uuid:{dialogue.id}")
    _text(feed, "title", str(dialogue.title))
    latest = max((each.created_at for each in statements), default=dialogue.published_at)
    if latest is not None:
        _text(feed, "updated", latest.isoformat())
    SubElement(feed, "link", {"href": about})
    SubElement(feed, "link", {"rel": "self", "href": f"{about}/feed.xml"})
    for statement in statements:
        entry = SubElement(feed, "entry")
        _text(entry, "id", f"urn:uuid:{statement.id}")
        _text(entry, "title", gettext("意見カード %(number)s", number=statement.number))
        _text(entry, "updated", statement.created_at.isoformat())
        # Authors of statements are never shown; Atom asks for one.
        _text(SubElement(entry, "author"), "name", gettext("参加者"))
        _text(entry, "content", statement.shown, {"type": "text"})
        SubElement(entry, "link", {"href": f"{about}/statements#s{statement.number}"})
    body: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _text(parent: Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    SubElement(parent, name, attributes or {}).text = text
