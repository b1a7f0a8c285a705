"""An Atom feed (RFC 4287), as text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class FeedEntry:
    """``id`` never changes and is never another entry's; ``link`` is an absolute address."""

    id: str
    title: str
    updated: datetime
    link: str
    content: str
    category: str


def feed(
    *,
    identifier: str,
    title: str,
    language: str,
    updated: datetime,
    links: dict[str, str],
    entries: Iterable[FeedEntry],
) -> str:
    """``links`` are absolute addresses by their relation (``self``, ``alternate``, ``next``)."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": language})
    SubElement(root, "id").text = identifier
    SubElement(root, "title").text = title
    SubElement(root, "updated").text = updated.isoformat(timespec="seconds")
    SubElement(SubElement(root, "author"), "name").text = "Faultlines"
    for relation, address in links.items():
        kind = "text/html" if relation == "alternate" else "application/atom+xml"
        SubElement(root, "link", {"rel": relation, "type": kind, "href": address})
    for each in entries:
        entry = SubElement(root, "entry")
        SubElement(entry, "id").text = each.id
        SubElement(entry, "title").text = each.title
        SubElement(entry, "updated").text = each.updated.isoformat(timespec="seconds")
        SubElement(entry, "category", {"term": each.category})
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": each.link})
        SubElement(entry, "content", {"type": "text"}).text = each.content
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=False) + "\n"
