"""What is kept is written by the server itself: over a real connection it must be what the layers would have said."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Scope

from app.caching import encodings
from app.main import Site, create_app
from app.operations.layer import Written
from app.operations.protocol import Protocol
from app.settings import Settings
from tests.conftest import TODAY

ADDRESSES = (
    "/en/claims?issue=ownership",
    "/fr/glossary",
    "/en/figures.json",
    "/en/claims/u10",
    "/fr/timeline?status=disputed",
)
EACH_ITS_OWN = (b"date", b"x-request-id")
"""Headers that differ from one answer to the next, whoever gives it."""


@dataclass
class Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def value(self, name: bytes) -> bytes:
        return b", ".join(value for each, value in self.headers if each == name)

    @property
    def lasting(self) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """All of it but what each answer has of its own; the order of headers means nothing.

        What is asked for often is compressed better after a while, so of what is compressed the unpacked bytes count.
        """
        coding = self.value(b"content-encoding").decode()
        left_out = {*EACH_ITS_OWN, *((b"content-length", b"content-encoding") if coding else ())}
        body = encodings.decompress(self.body, coding) if self.body else b""
        return self.status, sorted(each for each in self.headers if each[0] not in left_out), body


@dataclass
class Served:
    """A site on a port, by a server whose protocol answers at once, or by one that never does."""

    site: Site
    port: int
    at_once: list[str] = field(default_factory=list)
    """The addresses that were answered at once."""

    def talk(self, raw: bytes, answers: int) -> list[Answer]:
        """Send bytes over one connection, and read so many answers, of which HEAD's have no body."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(raw)
            return self.read(connection, re.findall(rb"(GET|HEAD) /", raw)[:answers])

    @staticmethod
    def read(connection: socket.socket, methods: list[bytes]) -> list[Answer]:
        found, held = [], b""
        for method in methods:
            while b"\r\n\r\n" not in held:
                held += _some(connection)
            head, _, held = held.partition(b"\r\n\r\n")
            first, *lines = head.split(b"\r\n")
            headers = [(name.lower(), value) for name, _, value in (line.partition(b": ") for line in lines)]
            answer = Answer(int(first.split()[1]), headers, b"")
            length = 0 if method == b"HEAD" or answer.status == 304 else int(answer.value(b"content-length") or 0)
            while len(held) < length:
                held += _some(connection)
            answer.body, held = held[:length], held[length:]
            found.append(answer)
        assert not held, "more was sent than was asked for"
        return found

    def get(self, address: str, method: str = "GET", **headers: str) -> Answer:
        return self.talk(request(address, method, **headers), 1)[0]


def _some(connection: socket.socket) -> bytes:
    piece = connection.recv(1_000_000)
    assert piece, "the connection was closed"
    return piece


def request(address: str, method: str = "GET", version: str = "1.1", **headers: str) -> bytes:
    lines = [f"{method} {address} HTTP/{version}", "Host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


@contextmanager
def serving(releases: Path, *, quick: bool = True, idle: int = 5, **chosen: object) -> Iterator[Served]:
    site = create_app(Settings(releases=releases, warm=False, **chosen), clock=lambda: TODAY)  # type: ignore[arg-type]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Served(site, listening.getsockname()[1])
        answer = site.entrance.at_once

        def noted(scope: Scope) -> Written | None:
            written = answer(scope)
            if written is not None:
                found.at_once.append(scope["path"])
            return written

        site.entrance.at_once = noted  # type: ignore[method-assign]
        http = Protocol if quick else "httptools"
        server = uvicorn.Server(
            uvicorn.Config(site, http=http, log_level="warning", server_header=False, timeout_keep_alive=idle)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        yield found
        server.should_exit = True
        thread.join(timeout=30)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def quick(releases: Path) -> Iterator[Served]:
    with serving(releases) as found:
        yield found


@pytest.fixture(scope="module")
def usual(releases: Path) -> Iterator[Served]:
    """The same site, by the server's own protocol."""
    with serving(releases, quick=False) as found:
        for address in ADDRESSES:
            found.get(address)
        yield found


@given(
    st.sampled_from(ADDRESSES),
    st.sampled_from(("GET", "HEAD")),
    st.sampled_from(("", "gzip", "br", "zstd", "gzip;q=0", "identity", "*;q=0.5, br;q=0.1", "nonsense")),
    st.sampled_from(("", "known", "*", '"other"', 'W/"a", known')),
)
@settings(deadline=None, max_examples=60)
def test_what_is_written_at_once_is_what_the_layers_say(
    quick: Served, usual: Served, address: str, method: str, accepted: str, known: str
) -> None:
    """Status, headers and bytes are the same by either way, but for the date and the request's own id."""
    headers = {"Accept_Encoding": accepted} if accepted else {}
    if known:
        headers["If_None_Match"] = known.replace("known", usual.get(address).value(b"etag").decode())
    quick.get(address)
    before = len(quick.at_once)
    at_once, usually = quick.get(address, method, **headers), usual.get(address, method, **headers)
    assert len(quick.at_once) == before + 1
    assert at_once.value(b"x-request-id") != usually.value(b"x-request-id") != b""
    assert at_once.lasting == usually.lasting


def test_answers_come_in_the_order_of_the_requests(quick: Served) -> None:
    """Many requests in one packet, kept or not: each answer is that of its own request, in their order."""
    kept = quick.get("/en/glossary").value(b"etag")
    addresses = ["/en/glossary", "/en/claims?party=openai&page=2", "/en/glossary", "/fr/parties", "/en/glossary"]
    found = quick.talk(b"".join(map(request, addresses)), len(addresses))
    assert [each.value(b"content-language") for each in found] == [b"en", b"en", b"en", b"fr", b"en"]
    assert [each.value(b"etag") == kept for each in found] == [True, False, True, False, True]
    again = quick.talk(b"".join(map(request, addresses)), len(addresses))
    assert [each.lasting[2] for each in again] == [each.lasting[2] for each in found]


@pytest.mark.parametrize(
    "raw",
    [
        request("/en/glossary", version="1.0"),
        request("/en/glossary", Connection="close"),
        request("/en/glossary", Range="bytes=0-10"),
        request("/en/glossary", HX_Request="true"),
        request("/en/glossary", "POST", Content_Length="0"),
        request("/en/glossary", Expect="100-continue"),
        request("http://localhost/en/glossary"),
    ],
    ids=["HTTP/1.0", "close", "range", "htmx", "POST", "expect", "whole address"],
)
def test_whatever_is_more_than_plain_takes_the_usual_way(quick: Served, raw: bytes) -> None:
    quick.get("/en/glossary")
    before = len(quick.at_once)
    with socket.create_connection(("127.0.0.1", quick.port), timeout=30) as connection:
        connection.sendall(raw)
        assert connection.recv(100).startswith(b"HTTP/1.1 ")
    assert len(quick.at_once) == before


def test_the_body_of_a_get_is_left_unread(quick: Served) -> None:
    """A request that brings a body is answered, and the next one on the connection is read from where it begins."""
    quick.get("/en/glossary")
    raw = request("/en/glossary", Content_Length="11") + b"hello world" + request("/en/glossary")
    first, second = quick.talk(raw, 2)
    assert first.lasting == second.lasting


def test_it_is_counted_and_refused_like_any_other(releases: Path) -> None:
    """The count of requests has it, the request's id is taken over, another host is refused."""
    with serving(releases, allowed_hosts="localhost") as found:
        found.get("/en/glossary")
        answer = found.get("/en/glossary", X_Request_ID="given-id-1")
        assert answer.value(b"x-request-id") == b"given-id-1"
        assert len(found.at_once) == 1
        other = found.talk(request("/en/glossary").replace(b"localhost", b"elsewhere"), 1)[0]
        assert other.status == 400
        text = found.get("/metrics").body.decode()
        count = re.search(
            r'faultlines_requests_total\{method="GET",route="/\{language:language\}/glossary",status="200"\} (\S+)',
            text,
        )
        assert count is not None
        assert float(count[1]) >= 2


def test_what_readers_typed_is_logged_the_usual_way(releases: Path) -> None:
    """Where readers are logged, who asked may be said by a proxy, which only the layers understand."""
    with serving(releases, log_readers=True) as found:
        found.get("/en/glossary")
        found.get("/en/glossary")
        assert not found.at_once


def test_a_connection_is_closed_when_it_is_idle_and_not_before(releases: Path) -> None:
    """Its time begins anew with each answer, at once or not, and does not run while a request arrives."""
    kept, made = request("/en/glossary"), request("/en/glossary?as_of=2026-01-02")
    with serving(releases, idle=2) as found:
        found.get("/en/glossary")
        with socket.create_connection(("127.0.0.1", found.port), timeout=30) as connection:

            def ask(raw: bytes, pause: float = 0.0) -> None:
                connection.sendall(raw[:20])
                time.sleep(pause)
                connection.sendall(raw[20:])
                assert found.read(connection, [b"GET"])[0].status == 200

            for _ in range(4):
                ask(kept)
                time.sleep(0.7)
            ask(kept, pause=3)
            ask(made)
            for _ in range(4):
                time.sleep(0.7)
                begun = time.monotonic()
                ask(kept)
            assert len(found.at_once) >= 9
            assert connection.recv(1) == b""
            assert time.monotonic() - begun >= 1.99
