"""A view as an Atom feed (RFC 4287), in pages (RFC 5005). The same view always gives the same bytes."""

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from msgspec import Struct

from app.rendering.exports.entries import Entry, urn
from app.rendering.formats import printable

ATOM = "http://www.w3.org/2005/Atom"
PUBLISHER = "Faultlines"

register_namespace("", ATOM)


class Feed(Struct, frozen=True):
    """A page of a feed; all addresses are whole ones, as feed readers need them. ``updated`` is that of an empty feed.

    ``view`` is the canonical address without a host, which the feed is named by; ``entries`` come with the day on
    which each last changed.
    """

    language: str
    title: str
    view: str
    site: str
    page: str
    here: str
    next: str | None
    previous: str | None
    updated: date
    entries: Sequence[tuple[Entry, date]]


def write_feed(feed: Feed) -> bytes:
    root = Element(_atom("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": feed.language})
    SubElement(root, _atom("id")).text = urn("view", quote(feed.view, safe=""))
    SubElement(root, _atom("title")).text = _words(f"{feed.title} · {PUBLISHER}")
    SubElement(root, _atom("updated")).text = _moment(max((day for _, day in feed.entries), default=feed.updated))
    SubElement(SubElement(root, _atom("author")), _atom("name")).text = PUBLISHER
    _link(root, "self", feed.here, "application/atom+xml")
    _link(root, "alternate", feed.page, "text/html")
    for relation, address in (("next", feed.next), ("previous", feed.previous)):
        if address:
            _link(root, relation, address, "application/atom+xml")
    for entry, day in feed.entries:
        item = SubElement(root, _atom("entry"))
        SubElement(item, _atom("id")).text = entry.urn
        SubElement(item, _atom("title")).text = _words(entry.title)
        SubElement(item, _atom("updated")).text = _moment(day)
        _link(item, "alternate", f"{feed.site}{entry.href}", "text/html")
        SubElement(item, _atom("summary")).text = _words(entry.summary or entry.title)
    indent(root)
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _atom(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _link(parent: Element, relation: str, address: str, kind: str) -> None:
    SubElement(parent, _atom("link"), {"rel": relation, "href": address, "type": kind})


def _moment(day: date) -> str:
    """A moment, or a day as the moment it begins where no more is known."""
    return day.isoformat(timespec="seconds") if isinstance(day, datetime) else f"{day.isoformat()}T00:00:00Z"


def _words(text: str) -> str:
    """Text on one line, without the signs that XML does not allow."""
    return printable(" ".join(text.split()))
