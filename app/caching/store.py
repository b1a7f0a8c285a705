"""Kept answers within a bound of bytes.

What goes when there is no room is what is least often asked for per byte, and age counts (Cherkasova, 1998, "Improving
WWW Proxies Performance with Greedy-Dual-Size-Frequency Caching Policy"). So many small answers are not lost for one big
one, and a crawl through addresses that nobody asks for twice takes the place of nothing that is read.
"""

import heapq
from collections.abc import Hashable, Mapping
from itertools import count
from typing import Any, NamedTuple

from app.caching.encodings import BEST, IDENTITY, QUICK, WORTHWHILE, compress, compressible, decompress

OVERHEAD = 2_000
"""Bytes counted for an answer besides its bodies: its headers, its key and what Python needs for them."""

Message = dict[str, Any]
Header = tuple[bytes, bytes]


class Ready(NamedTuple):
    """An answer as the two messages of ASGI, and ``head``: its headers as they go over the wire, each with its end."""

    start: Message
    body: Message
    head: bytes

    @classmethod
    def of(cls, status: int, headers: list[Header], body: bytes = b"") -> "Ready":
        head = b"".join(b"%b: %b\r\n" % each for each in headers)
        start = {"type": "http.response.start", "status": status, "headers": headers}
        return cls(start, {"type": "http.response.body", "body": body}, head)


IN_304 = frozenset({b"cache-control", b"content-location", b"date", b"etag", b"expires", b"vary"})
"""The headers of a 304 (RFC 9110, section 15.4.5); the reader has all others with the answer."""


def value_of(headers: list[Header], wanted: bytes) -> str:
    """The value of a header, all its lines joined; nothing where it is not there."""
    return ", ".join(value.decode("latin-1") for name, value in headers if name == wanted)


def packable(headers: list[Header], size: int) -> bool:
    """Whether an answer of this size in bytes is to be compressed: its type shrinks and it is long enough."""
    return size >= WORTHWHILE and compressible(value_of(headers, b"content-type"))


class Kept:
    """One whole answer, ready to be sent in any coding that a reader accepts.

    A coding is made when it is first asked for. What shrinks is held only compressed, and unpacked for the few who want
    it as it was. ``headers`` are those of every coding; ``rough`` says that compressing it better is still to be done.
    """

    __slots__ = (
        "_answers",
        "_bodies",
        "frequency",
        "headers",
        "not_modified",
        "offered",
        "priority",
        "rough",
        "size",
        "tag",
    )

    def __init__(self, headers: list[Header], body: bytes) -> None:
        self.headers = headers
        self.tag = value_of(headers, b"etag")
        self.frequency = 0
        self.priority = 0.0
        self.not_modified = Ready.of(304, [each for each in headers if each[0] in IN_304])
        self.rough = packed = packable(headers, len(body))
        self.offered = QUICK if packed else (IDENTITY,)
        self._bodies = {"zstd": compress(body, "zstd")} if packed else {IDENTITY: body}
        self._answers: dict[str, Ready] = {}
        self.size = self._measure()

    def answer(self, coding: str) -> Ready:
        """The answer in one of the codings ``offered``."""
        return self._answers.get(coding) or self._make(coding)

    def _make(self, coding: str) -> Ready:
        body = self._bodies.get(coding)
        lasting = body is not None or coding != IDENTITY
        if body is None:
            body = compress(self.plain(), coding)
        headers = [*self.headers, (b"content-length", b"%d" % len(body))]
        if coding != IDENTITY:
            headers.append((b"content-encoding", coding.encode()))
        made = Ready.of(200, headers, body)
        if lasting:
            self._bodies[coding], self._answers[coding] = body, made
            self.size = self._measure()
        return made

    def plain(self) -> bytes:
        """The bytes as they were."""
        coding, body = next(iter(self._bodies.items()))
        return decompress(body, coding)

    def best(self) -> Mapping[str, bytes]:
        """Brotli, and gzip if asked for, as small as is sensible. It takes long, and changes nothing here.

        Browsers that take zstd take brotli too, which is smaller; for anybody else zstd is made again, quickly.
        """
        body = self.plain()
        return {coding: compress(body, coding, at_leisure=True) for coding in ("br", *({"gzip"} & {*self._bodies}))}

    def improve(self, bodies: Mapping[str, bytes]) -> None:
        """Hold these instead, which :meth:`best` has made."""
        self._bodies, self._answers, self.offered = dict(bodies), {}, BEST
        self.size = self._measure()

    def _measure(self) -> int:
        return OVERHEAD + sum(map(len, self._bodies.values()))


class Store:
    """Kept answers by key, never more than ``limit`` bytes of them. Used from one thread."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bytes = 0
        self.evictions = 0
        self._entries: dict[Hashable, Kept] = {}
        self._order: list[tuple[float, int, Hashable, Kept]] = []
        """A heap by the priority that each had when it was put there; hits only ever raise it."""
        self._age = 0.0
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def largest(self) -> int:
        """Bytes that one answer may take: no answer is worth most of the others."""
        return self.limit // 8

    def get(self, key: Hashable) -> Kept | None:
        """The answer kept under a key; asking for it keeps it longer."""
        kept = self._entries.get(key)
        if kept is not None:
            kept.frequency += 1
            kept.priority = self._age + kept.frequency / kept.size
        return kept

    def put(self, key: Hashable, kept: Kept) -> None:
        """Keep an answer, and let go of what there is no room for, itself if it is too big."""
        if kept.size > self.largest:
            return
        previous = self._entries.pop(key, None)
        self.bytes += kept.size - (previous.size if previous else 0)
        self._entries[key] = kept
        kept.frequency += 1
        kept.priority = self._age + kept.frequency / kept.size
        heapq.heappush(self._order, (kept.priority, next(self._numbers), key, kept))
        self._make_room()

    def resized(self, key: Hashable, kept: Kept, before: int) -> None:
        """Take account of an answer that took ``before`` bytes and now takes more or less."""
        if self._entries.get(key) is kept:
            self.bytes += kept.size - before
            self._make_room()

    def clear(self) -> None:
        self._entries.clear()
        self._order.clear()
        self.bytes, self._age = 0, 0.0

    def _make_room(self) -> None:
        while self.bytes > self.limit:
            priority, _, key, kept = heapq.heappop(self._order)
            if self._entries.get(key) is not kept:
                continue
            if kept.priority > priority:
                heapq.heappush(self._order, (kept.priority, next(self._numbers), key, kept))
                continue
            del self._entries[key]
            self.bytes -= kept.size
            self.evictions += 1
            self._age = priority
