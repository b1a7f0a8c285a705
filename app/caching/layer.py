"""The page cache: an ASGI layer in front of everything, which answers from memory what it has answered before.

A page is a function of the release, the program, the address, the day and the fragment asked for. So an answer is kept
under its address and fragment as long as release and day stay the same, and the program that made it runs. What may be
kept says so itself (:mod:`app.caching.basis`), and headers that speak against it win: anything but 200, ``no-store``, a
cookie, no entity tag, or ``Vary`` on something that is not in the key.

Ranges are left to what is not kept: pages are short, and their weak tags could not say which bytes a range continues.
"""

import asyncio
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import monotonic
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.caching.basis import KEY, Basis, Statement
from app.caching.encodings import IDENTITY, QUICK, Stream, choose, compress, compressible, stream
from app.caching.store import IN_304, Kept, Ready, Store, packable, value_of
from app.current import CurrentRelease
from app.releases.store import NoRelease
from app.rendering.respond import VARY, matches, wanted_fragment

IN_THE_KEY = frozenset(each.strip().lower() for each in VARY.split(","))
"""The request headers that may decide which answer is given."""

NEEDS_A_LOOK = frozenset((b"accept-encoding", b"if-none-match", b"hx-request", b"range"))
"""The request headers that may decide which answer is given, where they are not read at once."""

EMPTY: Message = {"type": "http.response.body", "body": b""}
ASKED_AGAIN = 2
"""How often an answer is asked for before it is worth the time to compress it better."""
LOOK_EVERY = 0.1
"""Seconds for which what everything rests on is taken for unchanged where an answer is given at once."""
IMPROVING_AT_MOST = 64
"""Answers that wait to be compressed better; what is asked for while so many wait stays as it is."""


class Statistics(Struct):
    """What the cache has done since the process began, and what it holds now.

    ``joined`` waited for an answer that was being made for another reader; ``passed`` were not to be kept.
    """

    hits: int = 0
    not_modified: int = 0
    misses: int = 0
    joined: int = 0
    passed: int = 0
    evictions: int = 0
    entries: int = 0
    bytes: int = 0
    limit: int = 0


class Asked(Struct):
    """What of a request decides how it is answered."""

    method: str
    accepted: bytes = b""
    known: bytes = b""
    ranged: bool = False
    for_htmx: bool = False


class PageCache:
    """Pure ASGI, so that an answer from memory costs little more than writing its bytes."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        current: CurrentRelease,
        clock: Callable[[], date],
        limit: int,
        watched: Callable[[], str] = str,
        shared_seconds: int = 0,
    ) -> None:
        """``limit`` is in bytes; with 0 nothing is kept, and answers are only compressed. ``watched`` gives the digest
        of what the watch found.

        ``shared_seconds`` is for how long a cache between here and the readers may answer by itself.
        """
        self.app, self.current, self.clock, self.watched = app, current, clock, watched
        self.store = Store(limit)
        self.shared_seconds = shared_seconds
        self._counts = Statistics()
        self._basis: Basis | None = None
        self._followed = float("-inf")
        self._flights: dict[Hashable, asyncio.Future[Kept | None]] = {}
        self._improving: set[asyncio.Task[None]] = set()
        self._threads: ThreadPoolExecutor | None = None

    @property
    def statistics(self) -> Statistics:
        return replace(
            self._counts,
            evictions=self.store.evictions,
            entries=len(self.store),
            bytes=self.store.bytes,
            limit=self.store.limit,
        )

    @property
    def busy(self) -> bool:
        """Whether an answer is being made that a reader waits for."""
        return bool(self._flights)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Asked(scope["method"])
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                asked.accepted = asked.accepted + b"," + value if asked.accepted else value
            elif name == b"if-none-match":
                asked.known = asked.known + b"," + value if asked.known else value
            elif name == b"hx-request":
                asked.for_htmx = True
            elif name == b"range":
                asked.ranged = True
        if not self.store.limit or (asked.method != "GET" and asked.method != "HEAD") or not self._follow():
            await self.app(scope, receive, Passing(send, asked, self.shared_seconds))
            return
        fragment = wanted_fragment(Headers(scope=scope)) if asked.for_htmx else None
        key = (scope["path"], scope["query_string"], scope.get("root_path"), fragment)
        kept = self.store.get(key)
        if kept is None:
            await self._miss(key, scope, receive, send, asked)
        else:
            self._counts.hits += 1
            await self._give(key, kept, send, asked)

    def _follow(self) -> bool:
        """Forget everything when what all rests on is another; say whether there is a release at all."""
        try:
            release = self.current.get()
        except NoRelease:
            return False
        day, watched, known = self.clock(), self.watched(), self._basis
        # Compared part by part: this is asked for every answer, and to make a basis costs more than all the rest here.
        if known is None or known.release != release.id or known.day != day or known.watched != watched:
            self.store.clear()
            # Who waits for an answer of before gets that; who comes now asks anew.
            self._flights = {}
            self._basis = Basis(release.id, day, watched)
        return True

    def at_once(self, scope: Scope) -> tuple[int, bytes, bytes] | None:
        """Status, headers and body of an answer that is kept, as bytes; None where the layer itself has to be asked.

        It is for a server that can write bytes by itself. Each header has its end of line. What all rests on is looked
        at ten times a second, not for each answer: a look costs a tenth of what the whole answer does.
        """
        if (now := monotonic()) - self._followed >= LOOK_EVERY:
            if not self._follow():
                return None
            self._followed = now
        asked = Asked(scope["method"])
        for name, value in scope["headers"]:
            if name == b"accept-encoding" and not asked.accepted:
                asked.accepted = value
            elif name == b"if-none-match" and not asked.known:
                asked.known = value
            elif name in NEEDS_A_LOOK:
                return None
        key = (scope["path"], scope["query_string"], scope["root_path"], None)
        kept = self.store.get(key)
        if kept is None:
            return None
        self._counts.hits += 1
        start, body, head = self._chosen(key, kept, asked)
        return start["status"], head, body["body"] if asked.method == "GET" else b""

    def _chosen(self, key: Hashable, kept: Kept, asked: Asked) -> Ready:
        """What of a kept answer a reader gets: that nothing has changed, or its bytes in a coding that they take."""
        if asked.known and kept.tag and matches(asked.known.decode("latin-1"), kept.tag):
            self._counts.not_modified += 1
            return kept.not_modified
        before = kept.size
        ready = kept.answer(choose(asked.accepted, kept.offered))
        if kept.size != before:
            self.store.resized(key, kept, before)
        if kept.rough and kept.frequency > ASKED_AGAIN:
            self._improve_soon(key, kept)
        return ready

    async def _give(self, key: Hashable, kept: Kept, send: Send, asked: Asked) -> None:
        start, body, _ = self._chosen(key, kept, asked)
        await send(start)
        await send(body if asked.method == "GET" else EMPTY)

    async def _miss(self, key: Hashable, scope: Scope, receive: Receive, send: Send, asked: Asked) -> None:
        """Make an answer, or wait for the same one that is being made for somebody else."""
        flight, loop = self._flights.get(key), asyncio.get_running_loop()
        if flight is not None and flight.get_loop() is loop:
            self._counts.joined += 1
            # Shielded, or the first of those who wait to go away would cancel it for all others.
            kept = await asyncio.shield(flight)
            if kept is None:
                await self.app(scope, receive, Passing(send, asked, self.shared_seconds))
            else:
                await self._give(key, kept, send, asked)
            return
        if asked.ranged:
            await self.app(scope, receive, Passing(send, asked, self.shared_seconds))
            return
        self._counts.misses += 1
        flight = self._flights[key] = loop.create_future()
        flights, basis = self._flights, self._basis
        keeping = Keeping(send, asked, self.shared_seconds, basis, self.store.largest, flight)
        try:
            # The whole answer is made, whatever of it is asked for: HEAD and 304 are read off it.
            inner = {**scope, "method": "GET", KEY: keeping.statement}
            inner["headers"] = [each for each in scope["headers"] if each[0] != b"if-none-match"]
            await self.app(inner, receive, keeping)
            if keeping.kept is not None and basis == self._basis:
                self.store.put(key, keeping.kept)
        finally:
            if flights.get(key) is flight:
                del flights[key]
            if not flight.done():
                flight.set_result(keeping.kept)
        if keeping.kept is None:
            self._counts.passed += 1
        else:
            await self._give(key, keeping.kept, send, asked)

    def _improve_soon(self, key: Hashable, kept: Kept) -> None:
        if len(self._improving) < IMPROVING_AT_MOST:
            task = asyncio.get_running_loop().create_task(self._improve(key, kept))
            kept.rough = False
            self._improving.add(task)
            task.add_done_callback(self._improving.discard)

    async def _improve(self, key: Hashable, kept: Kept) -> None:
        """Compress a kept answer as well as can be, in a thread of its own, one answer at a time."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(1, "compressing")
        bodies = await asyncio.get_running_loop().run_in_executor(self._threads, kept.best)
        before = kept.size
        kept.improve(bodies)
        self.store.resized(key, kept, before)

    def close(self) -> None:
        """Leave off what was going on aside."""
        for task in self._improving:
            task.cancel()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None


class Passing:
    """The way out of an answer that is not kept: compressed as it passes, where that is worth it."""

    def __init__(self, send: Send, asked: Asked, shared_seconds: int) -> None:
        self._send, self._asked, self._shared_seconds = send, asked, shared_seconds
        self._start: Message | None = None
        self._stream: Stream | None = None
        self._silent = False

    async def __call__(self, message: Message) -> None:
        match message["type"]:
            case "http.response.start":
                self._start = complete(message, self._shared_seconds)
                # What is compressed waits for its first bytes; events, say, must not.
                if not compressible(value_of(self._start["headers"], b"content-type")):
                    await self._pass_on(b"", more=True)
            case "http.response.body":
                await self._pass_on(message.get("body", b""), more=message.get("more_body", False))
            case _:
                await self._send(message)

    async def _pass_on(self, body: bytes, *, more: bool) -> None:
        if self._start is not None:
            start, self._start = self._start, None
            body = self._begin(start, body, more=more)
            await self._send(start)
            if self._silent:
                await self._send(EMPTY)
        elif self._stream is not None:
            body = self._stream.compress(body) + (b"" if more else self._stream.flush())
        if not self._silent and (body or not more):
            await self._send({"type": "http.response.body", "body": body, "more_body": more})

    def _begin(self, start: Message, body: bytes, *, more: bool) -> bytes:
        """Give the start its last headers, and the first piece of the body its form."""
        headers: list[tuple[bytes, bytes]] = start["headers"]
        names = {name for name, _ in headers}
        tag = value_of(headers, b"etag")
        if start["status"] == 200 and self._asked.known and tag and matches(self._asked.known.decode("latin-1"), tag):
            start["status"], self._silent = 304, True
            start["headers"] = [each for each in headers if each[0] in IN_304]
            return b""
        self._silent = self._asked.method == "HEAD"
        size = len(body) if not more else int(value_of(headers, b"content-length") or 1_000_000)
        if start["status"] in (204, 206, 304) or b"content-encoding" in names or not packable(headers, size):
            return body
        coding = choose(self._asked.accepted, QUICK)
        if coding == IDENTITY:
            return body
        kept_length = [each for each in headers if each[0] != b"content-length"]
        start["headers"] = [*kept_length, (b"content-encoding", coding.encode())]
        if more:
            self._stream = stream(coding)
            return self._stream.compress(body)
        body = compress(body, coding)
        start["headers"].append((b"content-length", b"%d" % len(body)))
        return body


class Keeping(Passing):
    """The way out of an answer that may be kept: held until it is whole, or passed on as soon as it may not be."""

    def __init__(
        self,
        send: Send,
        asked: Asked,
        shared_seconds: int,
        wanted: Basis | None,
        largest: int,
        flight: "asyncio.Future[Kept | None]",
    ) -> None:
        super().__init__(send, asked, shared_seconds)
        self.statement = Statement()
        self.kept: Kept | None = None
        self._wanted, self._largest, self._flight = wanted, largest, flight
        self._pieces: list[bytes] | None = None
        self._size = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            start = complete(message, self._shared_seconds)
            same = self.statement.program or self.statement.basis == self._wanted
            if same and may_be_kept(start):
                self._start, self._pieces = start, []
                return
            self._flight.set_result(None)
        if self._pieces is not None and message["type"] == "http.response.body":
            await self._hold(message.get("body", b""), more=message.get("more_body", False))
        else:
            await super().__call__(message)

    async def _hold(self, body: bytes, *, more: bool) -> None:
        assert self._pieces is not None
        self._pieces.append(body)
        self._size += len(body)
        if self._size > self._largest:
            body, self._pieces = b"".join(self._pieces), None
            self._flight.set_result(None)
            await self._pass_on(body, more=more)
        elif not more:
            assert self._start is not None
            headers = [each for each in self._start["headers"] if each[0] != b"content-length"]
            self.kept = Kept(headers, b"".join(self._pieces))


def complete(start: Message, shared_seconds: int) -> Message:
    """The start of an answer with what caches on the way need to know."""
    headers: list[tuple[bytes, bytes]] = [(name.lower(), value) for name, value in start.get("headers", ())]
    if compressible(value_of(headers, b"content-type")):
        vary = value_of(headers, b"vary")
        if "accept-encoding" not in vary.lower() and vary != "*":
            headers = [each for each in headers if each[0] != b"vary"]
            headers.append((b"vary", f"{vary}, Accept-Encoding".removeprefix(", ").encode("latin-1")))
    if shared_seconds:
        lasting = f"public, max-age=0, must-revalidate, s-maxage={shared_seconds}".encode()
        headers = [
            (name, lasting if (name, value) == (b"cache-control", b"no-cache") else value) for name, value in headers
        ]
    return {**start, "headers": headers}


def may_be_kept(start: Mapping[str, Any]) -> bool:
    """Whether an answer's own headers allow it to be given to everybody."""
    headers: list[tuple[bytes, bytes]] = start["headers"]
    names = {name for name, _ in headers}
    vary = {each.strip().lower() for each in value_of(headers, b"vary").split(",") if each.strip()}
    control = value_of(headers, b"cache-control").lower()
    return (
        start["status"] == 200
        and b"etag" in names
        and not names & {b"set-cookie", b"content-encoding", b"transfer-encoding"}
        and "no-store" not in control
        and "private" not in control
        and vary <= IN_THE_KEY
    )
