"""The page cache: what it gives is what would be made anew, whoever asks, in whatever coding, whatever is published."""

import asyncio
import gzip
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.caching import encodings, warming
from app.caching.basis import Basis, rest_on
from app.caching.layer import PageCache
from app.caching.store import OVERHEAD, Kept, Store
from app.current import CurrentRelease
from app.dossier.loading import load_dossier
from app.main import Site, create_app, main_addresses
from app.publish.building import publish
from app.releases.store import ReleaseFolder
from app.rendering import respond
from app.rendering.static_files import static_address
from app.settings import Settings
from tests.conftest import TODAY
from tests.page import FRAGMENT
from tests.stores import about_files, store
from tests.test_dossier import change, write_small

TEXT = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def plain(self) -> bytes:
        """The body as it was before it was compressed."""
        match self.headers.get("content-encoding"):
            case "br":
                return brotli.decompress(self.body)
            case "zstd":
                return zstandard.ZstdDecompressor().decompressobj().decompress(self.body)
            case "gzip":
                return gzip.decompress(self.body)
            case None:
                return self.body
            case other:
                raise AssertionError(f"nobody asked for {other}")


async def ask(app: ASGIApp, address: str, method: str = "GET", **headers: str) -> Answer:
    """Ask an application as a server does."""
    path, _, query = address.partition("?")
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()],
        "client": ("192.0.2.1", 1),
        "server": ("test", 80),
    }
    await app(scope, receive, send)
    start = sent[0]
    assert sent[-1].get("more_body", False) is False
    body = b"".join(each.get("body", b"") for each in sent[1:])
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    # Each request has an id of its own, which is the entrance's and not the cache's.
    headers.pop("x-request-id", None)
    return Answer(start["status"], headers, body)


@contextmanager
def site(releases: Path, limit: int = 64_000_000, clock: Callable[[], date] = lambda: TODAY) -> Iterator[Site]:
    app = create_app(Settings(releases=releases, cache_bytes=limit), clock=clock)
    yield app
    app.page_cache.close()
    app.state.current.close()
    app.state.current.store.close()


# What is given


ADDRESSES = (
    "/en/", "/fr/", "/en/claims", "/fr/claims?status=confirmed", "/en/claims?status=confirmed&issue=control",
    "/en/claims?issue=control&status=confirmed", "/en/claims.json", "/en/claims?page=2", "/en/claims?colour=red",
    "/en/claims?q=talk", "/en/issues/control", "/fr/issues/control/briefing", "/en/nothing", "/", "/claims",
    "/en/sources/daily", "/en/timeline", "/fr/glossary", "/en/search?q=talk", "/en/claims?sort=newest", "/readyz",
    "/static/css/site.css",
)  # fmt: skip
CODINGS = ("", "gzip", "br", "zstd", "gzip, deflate, br, zstd", "gzip;q=0.5, br;q=0.1", "identity;q=0, *;q=0", "*")
ACTIONS = st.one_of(
    st.tuples(
        st.just("ask"),
        st.sampled_from(ADDRESSES),
        st.sampled_from(CODINGS),
        st.sampled_from(["GET", "HEAD"]),
        st.sampled_from([{}, FRAGMENT, {**FRAGMENT, "HX-History-Restore-Request": "true"}]),
        st.booleans(),
    ),
    st.tuples(st.sampled_from(["publish", "midnight", "improve"])),
)


@pytest.fixture(scope="module")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[str, str]]:
    """A folder with two releases of the small dossier."""
    base = tmp_path_factory.mktemp("cache")
    small, folder = write_small(base), ReleaseFolder(base / "releases")
    first = publish(load_dossier(small), folder).id
    change(small, "claims.yaml", "talk about", "talks about")
    return folder.path, (first, publish(load_dossier(small), folder).id)


@about_files("a database is followed by a thread, and not before each of these requests")
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(ACTIONS, min_size=5, max_size=20), limit=st.sampled_from([25_000, 60_000, 10_000_000]))
def test_what_is_kept_is_what_would_be_made(
    two_releases: tuple[Path, tuple[str, str]], monkeypatch: pytest.MonkeyPatch, actions: list[Any], limit: int
) -> None:
    """Bytes, tag and type are those of an application that keeps nothing, whatever happens between two requests."""
    monkeypatch.setattr(CurrentRelease, "INTERVAL", 0.0)
    folder, ids = two_releases
    days, turns = [TODAY], count()
    tags: dict[str, str] = {}

    async def play(kept: Site, fresh: Site) -> None:
        cache = kept.page_cache
        for action in actions:
            if action[0] == "publish":
                ReleaseFolder(folder).make_current(ids[next(turns) % 2])
            elif action[0] == "midnight":
                days.append(days[-1] + timedelta(1))
            elif action[0] == "improve":
                await asyncio.gather(*cache._improving)
            else:
                _, address, coding, method, extra, conditional = action
                headers = {**extra, **({"Accept-Encoding": coding} if coding else {})}
                if conditional and address in tags:
                    headers["If-None-Match"] = f'"other", {tags[address]}'
                given, made = await ask(kept, address, method, **headers), await ask(fresh, address, method, **headers)
                assert given.status == made.status
                assert {each: given.headers.get(each) for each in COMPARED} == {
                    each: made.headers.get(each) for each in COMPARED
                }
                assert (given.plain if method == "GET" else b"") == (made.plain if method == "GET" else b"")
                if given.status == 200 and method == "GET":
                    assert int(given.headers["content-length"]) == len(given.body)
                tags[address] = given.headers.get("etag", '"none"')
            assert cache.store.bytes <= limit

    with site(folder, limit, lambda: days[-1]) as kept, site(folder, 0, lambda: days[-1]) as fresh:
        asyncio.run(play(kept, fresh))


COMPARED = ("etag", "vary", "cache-control", "location", "hx-push-url")


def test_an_answer_is_made_once(releases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty readers who ask at once for a page in different codings cause one rendering, and later ones none."""
    made: list[str] = []
    original = respond.render
    monkeypatch.setattr(
        "app.pages.visit.render", lambda *given, **more: made.append(given[0]) or original(*given, **more)
    )

    async def play(app: Site) -> None:
        codings = [{"Accept-Encoding": CODINGS[n % 5 + 1]} for n in range(20)]
        answers = await asyncio.gather(*(ask(app, "/en/claims", **each) for each in codings))
        assert len({each.plain for each in answers}) == 1
        assert made == ["claims/list.html"]
        tag = answers[0].headers["etag"]
        for method, headers, status in (("HEAD", {}, 200), ("GET", {"If-None-Match": tag}, 304), ("GET", {}, 200)):
            again = await ask(app, "/en/claims", method, **headers)
            assert (again.status, again.headers["etag"]) == (status, tag)
            assert bool(again.body) == (status == 200 and method == "GET")
        assert (await ask(app, "/en/claims", **FRAGMENT)).headers["etag"] != tag
        assert made == ["claims/list.html"] * 2, "the fragment is another answer, everything else was there"
        counts = app.page_cache.statistics
        assert (counts.misses, counts.joined, counts.hits, counts.not_modified) == (2, 19, 3, 1)
        assert counts.entries == 2
        assert 0 < counts.bytes < counts.limit

    with site(releases) as app:
        asyncio.run(play(app))


def test_a_head_is_kept_too(releases: Path) -> None:
    """Who asks for the headers alone has the page made for those who come after."""

    async def play(app: Site) -> None:
        head = await ask(app, "/en/glossary", "HEAD", accept_encoding="gzip")
        page = await ask(app, "/en/glossary", accept_encoding="gzip")
        assert head.headers == page.headers
        assert head.body == b""
        assert app.page_cache.statistics.hits == 1

    with site(releases) as app:
        asyncio.run(play(app))


# Nothing of a reader reaches another


NAMES = (
    "Host", "Cookie", "Authorization", "User-Agent", "Referer", "Accept-Language", "Accept", "Origin", "Forwarded",
    "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Real-IP", "X-Request-ID", "Traceparent",
    "HX-Current-URL", "HX-Source", "HX-Trigger", "HX-Prompt", "HX-Boosted", "HX-Target", "If-None-Match", "Range",
    "If-Modified-Since", "If-Range", "DNT", "Sec-GPC", "Origin-Agent-Cluster", "X-Anything",
)  # fmt: skip


@pytest.mark.parametrize(
    "address", ["/en/", "/fr/claims", "/en/claims.json", "/en/charts/timeline.svg", "/en/nothing", "/claims"]
)
def test_no_header_of_a_reader_reaches_another(releases: Path, address: str) -> None:
    """Whatever headers one reader sends, the next one's answer is as if that reader had never been there."""

    async def play(app: Site, untouched: Site) -> None:
        for fragment in ({}, FRAGMENT):
            await ask(app, address, **({name: f"secret-{name}" for name in NAMES} | fragment))
            second = await ask(app, address, **fragment)
            assert b"secret" not in second.body
            assert "secret" not in str(second.headers)
            assert second == await ask(untouched, address, **fragment)

    with site(releases) as app, site(releases) as untouched:
        asyncio.run(play(app, untouched))


# What is not kept


@asynccontextmanager
async def keeping(releases: Path, inner: ASGIApp, limit: int = 1_000_000) -> AsyncIterator[PageCache]:
    current = CurrentRelease(store(releases))
    cache = PageCache(inner, current=current, clock=lambda: TODAY, limit=limit)
    yield cache
    cache.close()
    current.close()


def answering(
    headers: Sequence[tuple[bytes, bytes]],
    status: int = 200,
    pieces: Sequence[bytes] = (b"x" * 600,),
    release: str | None = None,
    day: date = TODAY,
) -> tuple[ASGIApp, list[Scope]]:
    """An application that always answers the same, and the requests that reached it."""
    reached: list[Scope] = []

    async def inner(scope: Scope, _receive: Receive, send: Send) -> None:
        reached.append(scope)
        if release:
            rest_on(scope, Basis(release, day))
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        for number, piece in enumerate(pieces, 1):
            await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})

    return inner, reached


GOOD = ((b"content-type", TEXT.encode()), (b"etag", b'W/"a"'), (b"cache-control", b"no-cache"))


@pytest.mark.parametrize(
    ("kept", "more", "status"),
    [
        (True, [], 200),
        (True, [(b"vary", b"Accept-Encoding, hx-request")], 200),
        (False, [], 400),
        (False, [], 404),
        (False, [], 206),
        (False, [], 500),
        (False, [(b"vary", b"Host")], 200),
        (False, [(b"vary", b"Accept-Encoding, Accept-Language")], 200),
        (False, [(b"vary", b"*")], 200),
        (False, [(b"Vary", b"Accept-Encoding"), (b"vary", b"Cookie")], 200),
        (False, [(b"set-cookie", b"a=b")], 200),
        (False, [(b"content-encoding", b"gzip")], 200),
        (False, [(b"cache-control", b"no-store")], 200),
        (False, [(b"cache-control", b"private")], 200),
    ],
)  # fmt: skip
def test_only_what_is_for_everybody_is_kept(
    releases: Path, kept: bool, more: list[tuple[bytes, bytes]], status: int
) -> None:
    """Refusals, cookies, what is not to be stored, and what depends on a header outside the key are made each time."""
    release = store(releases).current_id()
    inner, reached = answering([*GOOD, *more], status, release=release)

    async def play() -> None:
        async with keeping(releases, inner) as cache:
            for _ in range(3):
                assert (await ask(cache, "/x")).status == status
            assert len(reached) == (1 if kept else 3)

    asyncio.run(play())


@pytest.mark.parametrize(
    ("release", "day"), [(None, TODAY), ("000000000000", TODAY), ("current", TODAY + timedelta(1))]
)
def test_what_rests_on_something_else_is_not_kept(releases: Path, release: str | None, day: date) -> None:
    """An answer that does not say what it rests on, or was made from another release or day, is not kept."""
    named = store(releases).current_id() if release == "current" else release
    inner, reached = answering(GOOD, release=named, day=day)

    async def play() -> None:
        async with keeping(releases, inner) as cache:
            for _ in range(2):
                assert (await ask(cache, "/x")).status == 200
            assert len(reached) == 2

    asyncio.run(play())


@pytest.mark.parametrize("coding", ["gzip", "zstd", "br", ""])
def test_what_is_too_long_passes_through(releases: Path, coding: str) -> None:
    """An answer longer than the cache may hold is handed on in pieces, compressed as it goes; nothing of it stays."""
    inner, reached = answering(
        GOOD, pieces=[b"%07d" % n * 1000 for n in range(40)], release=store(releases).current_id()
    )

    async def play() -> None:
        async with keeping(releases, inner, limit=400_000) as cache:
            for _ in range(2):
                answer = await ask(cache, "/x", **({"Accept-Encoding": coding} if coding else {}))
                assert answer.plain == b"".join(b"%07d" % n * 1000 for n in range(40))
                assert ("content-encoding" in answer.headers) == bool(coding)
            assert cache.store.bytes == 0
            assert len(reached) == 2

    asyncio.run(play())


def test_who_waits_is_not_let_down(releases: Path) -> None:
    """If the one who asked first goes away, or it fails for that one, the others still get their answer."""
    release = store(releases).current_id()
    started, calls = asyncio.Event(), count(1)
    good, _ = answering(GOOD, release=release)

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        if next(calls) == 1:
            started.set()
            await asyncio.sleep(0.05)
            raise RuntimeError("the first fails")
        await good(scope, receive, send)

    async def play(gone: bool) -> None:
        async with keeping(releases, inner) as cache:
            first = asyncio.create_task(ask(cache, "/x"))
            await started.wait()
            others = [asyncio.create_task(ask(cache, "/x")) for _ in range(3)]
            await asyncio.sleep(0)
            if gone:
                first.cancel()
            others[0].cancel()
            with pytest.raises(asyncio.CancelledError if gone else RuntimeError):
                await first
            assert [(await each).status for each in others[1:]] == [200, 200]

    for gone in (True, False):
        started, calls = asyncio.Event(), count(1)
        asyncio.run(play(gone))


# The bound


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30_000), st.booleans()), max_size=50),
    st.integers(0, 100_000),
)
def test_the_store_keeps_to_its_bytes(steps: list[tuple[int, int, bool]], limit: int) -> None:
    """Whatever is put in and asked for, in whatever coding, it counts its bytes and keeps to its bound."""
    store = Store(limit)
    for number, size, packed in steps:
        kept = store.get(number)
        if kept is None:
            store.put(number, Kept([(b"content-type", TEXT.encode() if packed else b"font/woff2")], bytes(size)))
        else:
            before = kept.size
            kept.answer("gzip" if packed and "gzip" in kept.offered else "identity")
            store.resized(number, kept, before)
        assert store.bytes == sum(each.size for each in store._entries.values())
        assert store.bytes <= limit


def test_what_is_read_outlives_a_crawl() -> None:
    """Pages that are asked for again stay while a crawl passes through once, and one big answer drives out nobody."""
    store = Store(20 * (OVERHEAD + 1000))
    kind = [(b"content-type", b"font/woff2")]
    for number in range(10):
        store.put(("read", number), Kept(kind, bytes(1000)))
    for step in range(500):
        assert store.get(("read", step % 10)) is not None
        store.put(("crawled", step), Kept(kind, bytes(1000)))
    assert store.evictions > 400
    store.put("big", Kept(kind, bytes(20 * 1000)))
    assert store.get("big") is None
    assert all(store.get(("read", number)) is not None for number in range(10))


# Codings


@pytest.mark.parametrize(
    ("accepted", "quick", "best"),
    [
        ("", "identity", "identity"),
        ("gzip", "gzip", "gzip"),
        ("GZIP", "gzip", "gzip"),
        ("x-gzip", "gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd", "br"),
        ("gzip, deflate, br", "gzip", "br"),
        ("br", "br", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip", "gzip"),
        ("gzip; q=0.3 , zstd;q=0.8", "zstd", "zstd"),
        ("gzip;q=0", "identity", "identity"),
        ("*", "zstd", "br"),
        ("*;q=0.1, gzip;q=0", "zstd", "br"),
        ("identity", "identity", "identity"),
        ("identity;q=0, *;q=0", "identity", "identity"),
        ("identity;q=0, gzip", "gzip", "gzip"),
        ("identity;q=0.9, gzip;q=0.1", "identity", "identity"),
        ("gzip;q=banana, br;q=2, zstd;q=0.2", "zstd", "zstd"),
        ("deflate, compress", "identity", "identity"),
        (",;=,q=1", "identity", "identity"),
        ("gzip," * 1000, "identity", "identity"),
    ],
)  # fmt: skip
def test_the_coding_is_one_that_the_reader_takes(accepted: str, quick: str, best: str) -> None:
    """``Accept-Encoding`` with and without weights, stars, refusals and nonsense."""
    assert encodings.choose(accepted.encode(), encodings.QUICK) == quick
    assert encodings.choose(accepted.encode(), encodings.BEST) == best


@given(st.binary(max_size=5000), st.sampled_from(encodings.QUICK), st.booleans())
@example(b"", "br", True)
def test_compressed_bytes_come_back(body: bytes, coding: str, at_leisure: bool) -> None:
    """Each coding gives back what was put into it, whole or in pieces."""
    assert encodings.decompress(encodings.compress(body, coding, at_leisure=at_leisure), coding) == body
    if coding != encodings.IDENTITY:
        pieces = encodings.stream(coding)
        streamed = b"".join([*(pieces.compress(body[n : n + 700]) for n in range(0, len(body), 700)), pieces.flush()])
        assert Answer(200, {"content-encoding": coding}, streamed).plain == body


@pytest.mark.parametrize("at_leisure", [False, True])
@pytest.mark.parametrize("coding", ["zstd", "gzip", "br"])
def test_compressed_bytes_take_the_room_that_is_counted(coding: str, *, at_leisure: bool) -> None:
    """The bound of the cache is one of memory: what is held of a page is no more than the length of its bytes."""
    body = b"".join(b"<li>%d of them</li>" % (n * n) for n in range(8000))
    encodings.compress(body, coding, at_leisure=at_leisure)
    tracemalloc.start()
    try:
        held = [encodings.compress(body, coding, at_leisure=at_leisure) for _ in range(10)]
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < sum(map(len, held)) + 20_000 < len(body) * 10 / 2


# Warming


def test_the_main_pages_are_made_before_anybody_asks(
    two_releases: tuple[Path, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With warming on, the ways in are there, compressed as well as can be, without a request; after a publish too."""
    monkeypatch.setattr(warming, "REST", 0)
    folder, ids = two_releases
    ReleaseFolder(folder).make_current(ids[0])
    app = create_app(Settings(releases=folder, warm=True), clock=lambda: TODAY)
    wanted = len(main_addresses(app.state.current.get()))
    assert wanted > 40

    async def settle(misses: int) -> None:
        for _ in range(400):
            cache = app.page_cache
            rough = [key for key, kept in cache.store._entries.items() if kept.rough]
            if cache.statistics.misses >= misses and not rough and not cache._improving:
                break
            await asyncio.sleep(0.05)
        for address in ("/en/", "/fr/issues/control", "/en/claims", static_address("css/site.css")):
            answer = await ask(app, address, accept_encoding="gzip, deflate, br, zstd")
            assert answer.headers["content-encoding"] == "br", "compressed at leisure"
        assert app.page_cache.statistics.misses == misses

    async def play() -> None:
        async with app.router.lifespan_context(app):
            await settle(wanted)
            ReleaseFolder(folder).make_current(ids[1])
            await settle(2 * wanted)

    asyncio.run(play())
