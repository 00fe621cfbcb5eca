"""Atom feeds (RFC 4287)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from enishi.kit.i18n import current_language

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_NAMESPACE = "http://www.w3.org/2005/Atom"
# The characters that XML 1.0 does not allow, not even escaped.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class FeedEntry:
    """`id` is a permanent address or URN; `address` is the page of the entry."""

    id: str
    title: str
    address: str
    updated: datetime
    author: str
    content: str = ""


@dataclass(frozen=True)
class Feed:
    """`address` is the page with the same content, `own_address` the address of the feed."""

    id: str
    title: str
    address: str
    own_address: str
    updated: datetime
    entries: Sequence[FeedEntry]
    subtitle: str = ""


def atom(feed: Feed) -> bytes:
    """The feed as a document in the current language."""
    root = Element("feed", {"xmlns": _NAMESPACE, "xml:lang": current_language().value})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    if feed.subtitle:
        _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", feed.updated.isoformat())
    SubElement(root, "link", {"href": feed.address})
    SubElement(root, "link", {"rel": "self", "href": feed.own_address})
    for entry in feed.entries:
        element = SubElement(root, "entry")
        _text(element, "id", entry.id)
        _text(element, "title", entry.title)
        _text(element, "updated", entry.updated.isoformat())
        _text(SubElement(element, "author"), "name", entry.author)
        _text(element, "content", entry.content, {"type": "text"})
        SubElement(element, "link", {"href": entry.address})
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _text(parent: Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    SubElement(parent, name, attributes or {}).text = _NOT_IN_XML.sub("", text)
