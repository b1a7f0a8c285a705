"""What each kind of feed says, as pure functions from bytes to entries. Nothing here fetches anything.

Every byte comes from somebody else: sizes are bounded, entities refused, markup taken out of every text, and an entry
without a title or a web address is left out. The shapes are those that the services document.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import quote, urljoin, urlsplit
from xml.parsers.expat import ExpatError, ParserCreate

import feedparser
from msgspec import Struct

from app.dossier.schema import Feed
from app.vocabulary import FeedKind
from app.watch.addresses import is_web

MAX_ENTRIES = 500
"""The most entries of one feed that are looked at: the first, which are the newest."""
MAX_TITLE = 300
MAX_SUMMARY = 5_000
MAX_ADDRESS = 2_000

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*?\?>")
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_TEXTUAL = ("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1", "iso-8859-15", "windows-1252", "utf-16")


class BadFeed(ValueError):
    """What came is not what the kind of feed should be; the text says why."""


class Entry(Struct, frozen=True):
    """One thing that a publisher says is new; ``day`` is when it was published, if that is said."""

    title: str
    address: str
    day: date | None
    summary: str = ""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002  The parser calls it by position.
        self._skipped += tag in ("script", "style")
        self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._skipped = max(0, self._skipped - (tag in ("script", "style")))
        self.found.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.found.append(data)


def words_of(markup: str) -> str:
    """The text of a piece of HTML on one line, without markup, scripts, control signs and signs that turn a line."""
    parser = _Words()
    parser.feed(markup)
    parser.close()
    text = "".join(parser.found)
    plain = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in text)
    return " ".join(plain.split())


def read_feed(raw: bytes, *, feed: Feed, charset: str | None = None) -> tuple[Entry, ...]:
    """The entries of a feed, as it lists them; raise ``BadFeed`` where the bytes are no feed of its kind."""
    readers: Mapping[FeedKind, Callable[[], Iterator[Entry]]] = {
        FeedKind.FEED: lambda: _syndicated(raw, charset, feed.address),
        FeedKind.EDGAR: lambda: _edgar(_json(raw), feed),
        FeedKind.DOCKET: lambda: _docket(_json(raw), feed.address),
        FeedKind.FEDERAL_REGISTER: lambda: _federal_register(_json(raw)),
    }
    try:
        found = [each for each in readers[feed.kind]() if each.title and _fit(each.address)]
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise BadFeed(f"the reply does not have the shape of its kind ({type(error).__name__}: {error})") from None
    return tuple(found)


def _fit(address: str) -> bool:
    return len(address) <= MAX_ADDRESS and address.isprintable() and " " not in address and is_web(address)


def _day(text: Any) -> date | None:
    """The day at the beginning of an ISO date; ``None`` where there is none."""
    try:
        return date.fromisoformat(str(text or "")[:10])
    except ValueError:
        return None


def decode(raw: bytes, charset: str | None) -> str:
    """The text of a document: by its mark of byte order, its own word, what the server said, else as it can be read.

    A document that is not in the encoding it claims is taken for UTF-8, then for Windows-1252, which hold nearly all.
    """
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    marked = [encoding for mark, encoding in marks if raw.startswith(mark)]
    declared = [found.group(1).decode().lower()] if (found := _ENCODING.match(raw[:200])) else []
    # Some encodings that Python knows can hide markup, so only those that text comes in are tried.
    said = [each for each in (*declared, (charset or "").lower()) if each in _TEXTUAL]
    for encoding in (*marked, *said, "utf-8"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("windows-1252", "replace")


def _syndicated(raw: bytes, charset: str | None, address: str) -> Iterator[Entry]:
    """RSS or Atom. The library sees only well-formed UTF-8 without entities, and nothing that it could fetch."""
    text = _DECLARATION.sub("", decode(raw, charset), count=1).lstrip("\ufeff \t\r\n")
    if "<!entity" in text.lower():
        raise BadFeed("the feed declares entities of its own, which are refused")
    encoded = text.encode("utf-8", "replace")
    checker = ParserCreate("utf-8")
    try:
        checker.Parse(encoded, True)
    except ExpatError as error:
        raise BadFeed(f"the feed is not well-formed XML ({error})") from None
    parsed = feedparser.parse(
        BytesIO(encoded),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.version:
        raise BadFeed("the document is neither RSS nor Atom")
    for each in parsed.entries[:MAX_ENTRIES]:
        moment = each.get("published_parsed") or each.get("updated_parsed")
        yield Entry(
            title=words_of(str(each.get("title", "")))[:MAX_TITLE],
            address=urljoin(address, str(each.get("link", "")).strip()),
            day=date(*moment[:3]) if moment else None,
            summary=words_of(str(each.get("summary", ""))[: 4 * MAX_SUMMARY])[:MAX_SUMMARY],
        )


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadFeed(f"the reply is not JSON ({error})") from None


def _edgar(body: Any, feed: Feed) -> Iterator[Entry]:
    """SEC EDGAR, ``data.sec.gov/submissions/CIK##########.json``: one array a column, the newest filing first."""
    recent, company, number = body["filings"]["recent"], words_of(str(body["name"])), int(body["cik"])
    columns = [recent[name] for name in ("accessionNumber", "form", "filingDate", "primaryDocument")]
    described = recent.get("primaryDocDescription") or [""] * len(columns[0])
    rows = zip(*columns, described, strict=True)
    wanted = [row for row in rows if not feed.forms or row[1] in feed.forms]
    for accession, form, filed, document, description in wanted[:MAX_ENTRIES]:
        folder = f"https://www.sec.gov/Archives/edgar/data/{number}/{str(accession).replace('-', '')}"
        said = words_of(str(description))
        title = f"{company}: {form}" + (f", {said}" if said and said.casefold() != str(form).casefold() else "")
        yield Entry(title[:MAX_TITLE], f"{folder}/{quote(str(document))}".rstrip("/"), _day(filed))


def _docket(body: Any, address: str) -> Iterator[Entry]:
    """CourtListener, ``/api/rest/v4/docket-entries/?docket=ID``: the filings of one case.

    An entry has no page of its own, so its address is that of its first document, or of the case with its number.
    """
    parts = urlsplit(address)
    site = f"{parts.scheme}://{parts.netloc}"
    docket = re.findall(r"[?&]docket=(\d+)", address)[0]
    for each in body["results"][:MAX_ENTRIES]:
        documents = each.get("recap_documents") or []
        first = documents[0] if documents else {}
        words = words_of(str(each.get("description") or first.get("description") or ""))
        number = each.get("entry_number")
        page = str(first.get("absolute_url") or f"/docket/{docket}/?entry={number or each['id']}")
        title = f"No. {number}: {words}" if number else words
        yield Entry(title[:MAX_TITLE], urljoin(site, page), _day(each.get("date_filed")), words[:MAX_SUMMARY])


def _federal_register(body: Any) -> Iterator[Entry]:
    """The Federal Register, ``/api/v1/documents.json?conditions[term]=…``."""
    # A search that finds nothing answers with a count alone.
    found = body.get("results", []) if isinstance(body["count"], int) else body["results"]
    for each in found[:MAX_ENTRIES]:
        summary = words_of(str(each.get("abstract") or ""))[:MAX_SUMMARY]
        title = words_of(str(each["title"]))[:MAX_TITLE]
        yield Entry(title, str(each["html_url"]), _day(each.get("publication_date")), summary)
