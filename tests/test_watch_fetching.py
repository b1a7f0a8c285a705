"""The way out: polite to publishers, and safe from them. Nothing here leaves this machine or waits for real."""

import asyncio
import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pytest_httpx import HTTPXMock

from app.watch.fetching import ATTEMPTS, LONGEST_WAIT, PAUSE, REDIRECTS, Client, Failed, Manners, Time, is_public

T = TypeVar("T")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AGENT = "Faultlines/0.1 (mailto:desk@example.org)"
PUBLIC = "93.184.215.14"
FEED = "https://news.example.org/feed.xml"


@dataclass
class Clock:
    """A clock that moves only when somebody waits."""

    waits: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    @property
    def time(self) -> Time:
        passed = lambda: sum(self.waits)  # noqa: E731
        return Time(lambda: NOW + timedelta(seconds=passed()), passed, self.sleep)


async def public(host: str, port: int) -> list[str]:
    """Names resolve as their own test says: ``private.…`` to a private address, ``nowhere.…`` not at all."""
    if host.startswith("private."):
        return [PUBLIC, "10.0.0.7"]
    if host.startswith("nowhere."):
        raise socket.gaierror(-2, "Name or service not known")
    return [host] if host.replace(".", "").isdigit() or ":" in host else [PUBLIC]


def asked(
    use: Callable[[Client], Awaitable[T]], clock: Clock | None = None, resolver: Any = public, **manners: Any
) -> T:
    """What a client's use comes to, in a loop of its own."""

    async def run() -> T:
        given = Manners(user_agent=AGENT, **manners)
        async with Client.opened(given, (clock or Clock()).time, resolver) as client:
            return await use(client)

    return asyncio.run(run())


def refusal(address: str, clock: Clock | None = None, resolver: Any = public, **manners: Any) -> Failed:
    """How asking for an address fails."""
    with pytest.raises(Failed) as raised:
        asked(lambda client: client.ask(address, robots=False), clock, resolver, **manners)
    return raised.value


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
        ),
        *("255.255.255.255", "192.0.2.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::", "2001:db8::1"),
    ],
)
def test_an_address_of_no_public_network_is_known_as_such(address: str, httpx_mock: HTTPXMock) -> None:
    """Private, loopback, link-local, multicast, unspecified, reserved, and all of these inside IPv6, are refused."""
    assert not is_public(address)

    async def resolver(_host: str, _port: int) -> list[str]:
        return [PUBLIC, address]

    assert "public Internet" in refusal(FEED, resolver=resolver).problem
    assert not httpx_mock.get_requests()


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "93.184.215.14"])
def test_a_public_address_is_known_as_such(address: str) -> None:
    """Addresses of the public Internet are asked."""
    assert is_public(address)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://news.example.org/", "without TLS"),
        ("https://news.example.org:8443/", "port 8443"),
        ("https://user:word@news.example.org/", "no address of the web"),
        ("file:///etc/passwd", "no address of the web"),
        ("https://127.0.0.1/", "public Internet"),
        ("https://[::ffff:169.254.169.254]/", "public Internet"),
        ("https://nowhere.example.org/", "cannot be resolved"),
    ],
)
def test_an_address_that_must_not_be_asked_is_not(address: str, problem: str, httpx_mock: HTTPXMock) -> None:
    """No request leaves for a scheme, port, name or address that is not allowed."""
    assert problem in refusal(address).problem
    assert not httpx_mock.get_requests()


def test_every_request_says_who_asks(httpx_mock: HTTPXMock) -> None:
    """The User-Agent of the settings is sent, and no cookie is ever sent back."""
    httpx_mock.add_response(url=FEED, headers={"Set-Cookie": "seen=1; Path=/"}, is_reusable=True)

    async def twice(client: Client) -> None:
        for _ in range(2):
            await client.ask(FEED, robots=False)

    asked(twice)
    for request in httpx_mock.get_requests():
        assert request.headers["user-agent"] == AGENT
        assert "cookie" not in request.headers


def test_a_redirect_is_followed_and_its_secret_stays_behind(httpx_mock: HTTPXMock) -> None:
    """A redirect leads on, to other hosts too; a token goes to the first host alone."""
    httpx_mock.add_response(url=FEED, status_code=301, headers={"Location": "https://other.example.org/feed"})
    httpx_mock.add_response(url="https://other.example.org/feed", text="here")
    reply = asked(lambda client: client.ask(FEED, robots=False, secret=("Authorization", "Token x")))
    assert (reply.address, reply.body) == ("https://other.example.org/feed", b"here")
    first, second = httpx_mock.get_requests()
    assert first.headers["authorization"] == "Token x"
    assert "authorization" not in second.headers


@pytest.mark.parametrize(
    "target",
    [
        "https://private.example.org/",
        "https://127.0.0.1/",
        "http://other.example.org/",
        "//[::1]/",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_to_where_nobody_may_go_is_not_followed(target: str, httpx_mock: HTTPXMock) -> None:
    """Each step of a redirect is checked as the first address was: no private address, no plain HTTP."""
    httpx_mock.add_response(url=FEED, status_code=302, headers={"Location": target})
    refusal(FEED)
    assert len(httpx_mock.get_requests()) == 1


def test_a_redirect_loop_ends(httpx_mock: HTTPXMock) -> None:
    """A loop is noticed at once, and a chain without an end after a few steps."""
    httpx_mock.add_response(url=FEED, status_code=302, headers={"Location": "/again"})
    httpx_mock.add_response(url="https://news.example.org/again", status_code=302, headers={"Location": FEED})
    assert "loop" in refusal(FEED).problem
    for step in range(REDIRECTS + 1):
        address = f"https://long.example.org/{step}"
        httpx_mock.add_response(url=address, status_code=307, headers={"Location": f"/{step + 1}"})
    assert f"more than {REDIRECTS}" in refusal("https://long.example.org/0").problem


@pytest.mark.parametrize("said", ["7", (NOW + timedelta(seconds=7)).strftime("%a, %d %b %Y %H:%M:%S GMT")])
def test_who_is_too_busy_is_asked_again_when_they_say(said: str, httpx_mock: HTTPXMock) -> None:
    """429 with Retry-After, in seconds or as a date, is waited out, and then asked once more."""
    httpx_mock.add_response(url=FEED, status_code=429, headers={"Retry-After": said})
    httpx_mock.add_response(url=FEED, text="now")
    clock = Clock()
    assert asked(lambda client: client.ask(FEED, robots=False), clock).body == b"now"
    assert clock.waits == [7.0]


def test_who_wants_a_long_pause_is_left_alone(httpx_mock: HTTPXMock) -> None:
    """A Retry-After longer than the cap ends the asking at once, and says when to come back."""
    httpx_mock.add_response(url=FEED, status_code=429, headers={"Retry-After": "3600"})
    clock = Clock()
    failed = refusal(FEED, clock)
    assert failed.retry_at == NOW + timedelta(hours=1)
    assert not clock.waits


def test_who_fails_is_asked_ever_less(httpx_mock: HTTPXMock) -> None:
    """503 is tried again after pauses that double and stay below the cap, and then given up."""
    httpx_mock.add_response(url=FEED, status_code=503, is_reusable=True)
    clock = Clock()
    assert "answered 503" in refusal(FEED, clock).problem
    assert clock.waits == [2.0, 4.0]
    assert len(httpx_mock.get_requests()) == ATTEMPTS
    assert max(clock.waits) < LONGEST_WAIT


def test_an_answer_that_it_has_not_changed_is_an_answer(httpx_mock: HTTPXMock) -> None:
    """304 comes back as such, with the question that led to it."""
    httpx_mock.add_response(url=FEED, status_code=304, match_headers={"If-None-Match": '"one"'})
    assert asked(lambda client: client.ask(FEED, robots=False, headers={"If-None-Match": '"one"'})).status == 304


class Body(httpx.AsyncByteStream):
    """A body made as it is read; it counts what was taken of it."""

    def __init__(self, chunk: bytes, chunks: int, end: Exception | None = None) -> None:
        self.chunk, self.chunks, self.end, self.taken = chunk, chunks, end, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.chunks):
            self.taken += len(self.chunk)
            yield self.chunk
        if self.end:
            raise self.end


def test_a_body_of_50_megabytes_is_not_read(httpx_mock: HTTPXMock) -> None:
    """A body larger than the limit is left as soon as the limit is passed, or before where its length is said."""
    body = Body(b"x" * 65_536, 800)
    httpx_mock.add_response(url=FEED, stream=body)
    assert "more than 1000000 bytes" in refusal(FEED, max_bytes=1_000_000).problem
    assert body.taken < 1_000_000 + 2 * 65_536
    declared = Body(b"x" * 65_536, 800)
    httpx_mock.add_response(url=FEED, stream=declared, headers={"Content-Length": str(50_000_000)})
    refusal(FEED, max_bytes=1_000_000)
    assert declared.taken == 0


def test_a_compressed_bomb_is_not_unpacked(httpx_mock: HTTPXMock) -> None:
    """A body that unpacks to more than the limit is stopped at the limit, however small it came."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(20)) + packer.flush()
    assert len(bomb) < 50_000
    httpx_mock.add_response(url=FEED, stream=Body(bomb, 1), headers={"Content-Encoding": "gzip"})
    assert "more than 1000000 bytes" in refusal(FEED, max_bytes=1_000_000).problem


def test_a_packed_body_is_unpacked(httpx_mock: HTTPXMock) -> None:
    """gzip is what is asked for and understood; another packing, broken or cut short, is refused."""
    packed = gzip.compress(b"words " * 1000)
    httpx_mock.add_response(url=FEED, stream=Body(packed, 1), headers={"Content-Encoding": "gzip"})
    assert asked(lambda client: client.ask(FEED, robots=False)).body == b"words " * 1000
    assert httpx_mock.get_requests()[0].headers["accept-encoding"] == "gzip"
    for body, packing, problem in (
        (packed, "br", "not asked for"),
        (b"no gzip", "gzip", "cannot be unpacked"),
    ):
        httpx_mock.add_response(url=FEED, stream=Body(body, 1), headers={"Content-Encoding": packing})
        assert problem in refusal(FEED).problem
    for _ in range(ATTEMPTS):
        httpx_mock.add_response(url=FEED, stream=Body(packed[:-20], 1), headers={"Content-Encoding": "gzip"})
    assert "cut short" in refusal(FEED).problem


def test_a_time_out_in_the_middle_of_a_body_is_one(httpx_mock: HTTPXMock) -> None:
    """Silence in mid-body is tried again, as is a broken connection; a part is never taken for the whole."""
    for end in (httpx.ReadTimeout("silence"), httpx.RemoteProtocolError("closed"), httpx.ReadError("reset")):
        httpx_mock.add_response(url=FEED, stream=Body(b"half", 1, end))
    clock = Clock()
    assert "broke off" in refusal(FEED, clock).problem
    assert len(clock.waits) == ATTEMPTS - 1
    httpx_mock.add_response(url=FEED, stream=Body(b"half", 1, httpx.ReadTimeout("silence")))
    httpx_mock.add_response(url=FEED, text="whole")
    assert asked(lambda client: client.ask(FEED, robots=False)).body == b"whole"


ROBOTS = "https://news.example.org/robots.txt"


def test_robots_txt_is_kept(httpx_mock: HTTPXMock) -> None:
    """What robots.txt keeps from us is not asked for; it is read once a run, and its pause is kept."""
    rules = (
        "User-agent: *\nDisallow: /private\nCrawl-delay: 3\nUser-agent: Faultlines\nDisallow: /ours\nCrawl-delay: 3\n"
    )
    httpx_mock.add_response(url=ROBOTS, text=rules)
    httpx_mock.add_response(url=FEED, text="fine", is_reusable=True)

    async def use(client: Client) -> None:
        await client.ask(FEED)
        with pytest.raises(Failed, match=r"robots\.txt"):
            await client.ask("https://news.example.org/ours/x")
        await client.ask(FEED)

    clock = Clock()
    asked(use, clock)
    assert [request.url.path for request in httpx_mock.get_requests()] == ["/robots.txt", "/feed.xml", "/feed.xml"]
    assert clock.waits[-1] == 3.0


@pytest.mark.parametrize(("status", "asks"), [(404, True), (403, True), (503, False)])
def test_missing_rules_allow_and_unreachable_ones_forbid(status: int, asks: bool, httpx_mock: HTTPXMock) -> None:
    """As RFC 9309 has it: a refusal of robots.txt means no rules, a failing server means to keep away."""
    httpx_mock.add_response(url=ROBOTS, status_code=status, is_reusable=True)
    if asks:
        httpx_mock.add_response(url=FEED, text="fine")
        assert asked(lambda client: client.ask(FEED)).body == b"fine"
    else:
        with pytest.raises(Failed, match=r"robots\.txt"):
            asked(lambda client: client.ask(FEED))


def test_a_host_is_asked_in_turns(httpx_mock: HTTPXMock) -> None:
    """Requests to one host begin at least a pause apart, at most two at a time: never more than ten a second."""
    together = most = 0

    async def answer(_request: httpx.Request) -> httpx.Response:
        nonlocal together, most
        together += 1
        most = max(most, together)
        for _ in range(5):
            await asyncio.sleep(0)
        together -= 1
        return httpx.Response(200)

    httpx_mock.add_callback(answer, is_reusable=True)

    async def use(client: Client) -> None:
        await asyncio.gather(*(client.ask(f"https://data.sec.gov/{n}", robots=False) for n in range(6)))

    clock = Clock()
    asked(use, clock)
    assert most <= 2
    assert len(httpx_mock.get_requests()) == 6
    assert len(clock.waits) == 5
    assert PAUSE >= 0.1


# With real sockets: what a mock of the transport cannot show.


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server on a free port of this machine that hands each connection to a function."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.02)
    done = threading.Event()

    def loop() -> None:
        while not done.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                with suppress(OSError):
                    serve(connection)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        done.set()
        thread.join(timeout=6)
        server.close()


def here(port: int, path: str = "/", scheme: str = "http") -> str:
    return f"{scheme}://feeds.test:{port}{path}"


async def loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    """A name is resolved once; what it says later does not matter, and the server is still told the name."""
    requests: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        requests.append(connection.recv(4096))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

    answers = [["127.0.0.1"], ["198.51.100.1"]]

    async def rebinding(_host: str, _port: int) -> list[str]:
        return answers.pop(0)

    async def use(client: Client) -> list[bytes]:
        return [(await client.ask(here(port), robots=False)).body for _ in range(2)]

    with listening(serve) as port:
        assert asked(use, resolver=rebinding, allowed=frozenset({"feeds.test"})) == [b"ok", b"ok"]
    assert all(f"Host: feeds.test:{port}".encode() in each for each in requests)
    assert len(answers) == 1


def test_the_backend_itself_refuses_a_private_address() -> None:
    """Even a request that came past the first check is not connected to a private address."""
    connections: list[int] = []
    with listening(lambda connection: connections.append(1)) as port:

        async def use(client: Client) -> None:
            with pytest.raises(Failed, match="public Internet"):
                await client._http.get(here(port))

        asked(use, resolver=loopback)
    assert not connections


def test_a_server_that_drips_is_left() -> None:
    """The whole time of a request is bounded, though a byte comes before each time-out."""
    stopped = threading.Event()

    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not stopped.wait(0.02):
            connection.sendall(b"x")

    with listening(serve) as port:
        failed = refusal(here(port), resolver=loopback, allowed=frozenset({"feeds.test"}), timeout=0.5, total=0.15)
        stopped.set()
    assert "took longer than 0.15 seconds" in failed.problem


def test_a_broken_handshake_fails_the_request() -> None:
    """A server that does not speak TLS as it should is not believed, and said to be at fault."""

    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with listening(serve) as port:
        failed = refusal(here(port, scheme="https"), resolver=loopback, allowed=frozenset({"feeds.test"}))
    assert "SSL" in failed.problem
    assert not failed.reached


def certificate(folder: Path) -> Path:
    """A key and a certificate of its own making for feeds.test, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "feeds.test")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    made = made.not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("feeds.test")]), critical=False)
    signed = made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "feeds.pem"
    path.write_bytes(private + signed)
    return path


def test_a_certificate_is_trusted_only_by_setting(tmp_path: Path) -> None:
    """A server that signs for itself is refused, until its certificate is named; its name must fit."""
    path = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(4096)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nsafe")

    with listening(serve) as port:
        allowed = frozenset({"feeds.test", "other.test"})
        address = here(port, scheme="https")
        failed = refusal(address, resolver=loopback, allowed=allowed)
        assert "CERTIFICATE_VERIFY_FAILED" in failed.problem
        trusting = {"resolver": loopback, "allowed": allowed, "ca": str(path)}
        assert asked(lambda client: client.ask(address, robots=False), **trusting).body == b"safe"
        assert "Hostname mismatch" in refusal(address.replace("feeds.test", "other.test"), **trusting).problem


def test_a_closed_port_says_that_nobody_was_reached() -> None:
    """A refused connection is no answer, and is not tried again in this run."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    clock = Clock()
    failed = refusal(here(port), clock, loopback, allowed=frozenset({"feeds.test"}))
    assert not failed.reached
    assert not clock.waits


def test_a_proxy_is_asked_for_what_it_may() -> None:
    """With a proxy the requests go there, with the whole address; private targets are refused all the same."""
    requests: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        requests.append(connection.recv(4096))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nvia")

    async def resolver(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "proxy.test" else await public(host, port)

    with listening(serve) as port:
        through = {
            "resolver": resolver,
            "proxy": f"http://me:word@proxy.test:{port}",
            "allowed": frozenset({"nowhere.mirror"}),
        }
        reply = asked(lambda client: client.ask("http://nowhere.mirror/feed", robots=False), **through)
        assert reply.body == b"via"
        assert "public Internet" in refusal("https://private.example.org/", **through).problem
        assert "public Internet" in refusal("https://proxy.test/", **through).problem
    assert requests[0].startswith(b"GET http://nowhere.mirror/feed HTTP/1.1")
    assert b"Proxy-Authorization: Basic bWU6d29yZA==" in requests[0]
    assert len(requests) == 1
