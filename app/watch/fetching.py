"""The one way out: a polite HTTP client that trusts neither a name, nor a redirect, nor a size.

Every request, redirects included, goes to an address that was resolved and checked before, and the connection is made
to that very address while TLS and ``Host`` keep the name, so a name that changes its mind between check and connection
gains nothing. The web process never imports this module; an import rule holds that.
"""

import asyncio
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpcore
import httpx
from msgspec import Struct, field

from app.watch.addresses import is_web

Resolve = Callable[[str, int], Awaitable[list[str]]]

REDIRECTS = 5
ATTEMPTS = 3
RETRIED = frozenset({429, 500, 502, 503, 504})
LONGEST_WAIT = 60.0
"""Seconds that are waited for at most; who asks for more is asked again by a later run."""
AT_ONCE = 2
"""Requests under way to one host."""
PAUSE = 0.2
"""Seconds between the beginnings of two requests to one host: five a second, half of what EDGAR allows."""
LONGEST_PAUSE = 30.0
ROBOTS_BYTES = 512_000

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Manners(Struct, frozen=True):
    """How to behave outside: who asks, through what, how long, how much. Times in seconds, sizes in bytes."""

    user_agent: str
    allowed: frozenset[str] = frozenset()
    """Hosts that may be private and may be asked without TLS: mirrors of one's own network."""
    proxy: str | None = None
    ca: str | None = None
    timeout: float = 20.0
    total: float = 60.0
    max_bytes: int = 10_000_000

    @property
    def product(self) -> str:
        """The name by which robots.txt may speak of us."""
        return self.user_agent.partition("/")[0].partition(" ")[0]

    @property
    def has_contact(self) -> bool:
        """Whether the publisher could reach whoever runs this."""
        return "@" in self.user_agent or "https://" in self.user_agent


class Time(Struct, frozen=True):
    """The clocks and the way to wait, so that tests wait for nothing."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Reply(Struct, frozen=True):
    """What came back; ``address`` is where it came from in the end."""

    status: int
    address: str
    body: bytes
    headers: Mapping[str, str]
    charset: str | None = None


class Failed(Exception):
    """No usable reply; ``reached`` says whether anybody answered, ``retry_at`` when they want to be asked again."""

    def __init__(
        self, problem: str, *, reached: bool = True, transient: bool = False, retry_at: datetime | None = None
    ) -> None:
        super().__init__(problem)
        self.problem, self.reached, self.transient, self.retry_at = problem, reached, transient, retry_at


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet, by what it embeds too (mapped, 6to4, Teredo, NAT64)."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in _NAT64:
            embedded.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
        inner = [each for each in embedded if each is not None]
        if ip.ipv4_mapped is not None or any(not is_public(str(each)) for each in inner):
            return False
    return ip.is_global and not (
        ip.is_multicast or ip.is_unspecified or ip.is_reserved or ip.is_loopback or _is_site_local(ip)
    )


def _is_site_local(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local


async def resolve(host: str, port: int) -> list[str]:
    """The IP addresses of a host, in the order in which to try them; raise ``OSError`` where there are none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Guard:
    """Who may be connected to. Each host is resolved once, and what was checked then is what is connected to."""

    def __init__(self, manners: Manners, resolver: Resolve) -> None:
        self._manners, self._resolve = manners, resolver
        self._known: dict[tuple[str, int], list[str]] = {}

    async def check(self, address: str) -> None:
        """Raise ``Failed`` where an address must not be asked."""
        if not is_web(address):
            raise Failed(f"{address[:200]!r} is no address of the web")
        parts = urlsplit(address)
        host, secure = parts.hostname or "", parts.scheme == "https"
        if host in self._manners.allowed:
            return
        if not secure:
            raise Failed(f"{host} would be asked without TLS, which only hosts that are allowed by name may be")
        if parts.port not in (None, 443):
            raise Failed(f"{host} would be asked on port {parts.port}, expected 443")
        try:
            await self.addresses(host, 443)
        except OSError:
            # Behind a proxy names may mean something to the proxy alone, which then decides whom to connect to.
            if self._manners.proxy is None:
                raise

    async def addresses(self, host: str, port: int, *, trusted: bool = False) -> list[str]:
        """The checked IP addresses of a host; raise ``Failed`` if one of them is not public, ``OSError`` for none.

        A proxy is ``trusted`` when it is connected to as such, and not when it is what somebody asks for.
        """
        if (host, port) not in self._known:
            self._known[host, port] = await self._resolve(host, port)
        found = self._known[host, port]
        private = [each for each in found if not is_public(each)]
        if private and not trusted and host not in self._manners.allowed:
            raise Failed(f"{host} is at {private[0]}, which is no address of the public Internet")
        return found


class _Backend(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that the guard has checked, and never asks for a name again."""

    def __init__(self, guard: Guard, *, to_proxy: bool) -> None:
        self._guard, self._inner, self._to_proxy = guard, httpcore.AnyIOBackend(), to_proxy

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            found = await self._guard.addresses(host, port, trusted=self._to_proxy)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        for last, address in enumerate(found, 1):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last == len(found):
                    raise
        raise httpcore.ConnectError(f"{host} has no address")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class _Transport(httpx.AsyncHTTPTransport):
    """The library's transport with a connection pool that the guard watches over."""

    def __init__(self, manners: Manners, guard: Guard) -> None:
        context = httpx.create_ssl_context(trust_env=False)
        if manners.ca:
            context.load_verify_locations(cafile=manners.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        super().__init__(verify=context, trust_env=False)
        backend = _Backend(guard, to_proxy=manners.proxy is not None)
        if manners.proxy:
            proxy = httpx.Proxy(manners.proxy)
            self._pool = httpcore.AsyncHTTPProxy(
                str(proxy.url), proxy_auth=proxy.raw_auth, ssl_context=context, network_backend=backend
            )
        else:
            self._pool = httpcore.AsyncConnectionPool(ssl_context=context, network_backend=backend)


class _Host(Struct):
    """What is remembered of a host during a run."""

    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    pause: float = PAUSE
    free_at: float = float("-inf")


class Client:
    """Asks publishers, politely. One for each run; see ``opened``."""

    def __init__(self, manners: Manners, timing: Time, guard: Guard, http: httpx.AsyncClient) -> None:
        self.manners, self.time = manners, timing
        self._guard, self._http = guard, http
        self._hosts: dict[str, _Host] = {}
        self._robots: dict[str, asyncio.Task[RobotFileParser]] = {}

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, manners: Manners, timing: Time | None = None, resolver: Resolve = resolve
    ) -> AsyncIterator["Client"]:
        guard = Guard(manners, resolver)
        headers = {"User-Agent": manners.user_agent, "Accept-Encoding": "gzip"}
        async with httpx.AsyncClient(
            transport=_Transport(manners, guard),
            headers=headers,
            timeout=httpx.Timeout(manners.timeout),
            follow_redirects=False,
            trust_env=False,
        ) as http:
            yield cls(manners, timing or Time(), guard, http)

    async def ask(
        self,
        address: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        secret: tuple[str, str] | None = None,
        robots: bool = True,
        limit: int | None = None,
    ) -> Reply:
        """The reply of an address, whatever its status; raise ``Failed`` where there is none that can be used.

        Who is too busy is asked again, as late as they say, at most three times and never after more than a minute.
        ``secret`` is a header for the first host alone. ``robots`` is off for services that are made for programs.
        """
        attempt = 1
        while True:
            try:
                reply = await self._follow(address, method, dict(headers or {}), secret, robots, limit)
                if reply.status not in RETRIED:
                    return reply
                failed = self._busy(reply)
                wait = _retry_after(reply, self.time.now()) or 0.0
            except Failed as error:
                if not error.transient:
                    raise
                failed, wait = error, 0.0
            wait = max(wait, float(2**attempt))
            if attempt == ATTEMPTS or wait > LONGEST_WAIT:
                raise failed
            attempt += 1
            await self.time.sleep(wait)

    def _busy(self, reply: Reply) -> Failed:
        wait = _retry_after(reply, self.time.now())
        until = None if wait is None else self.time.now() + timedelta(seconds=wait)
        return Failed(f"answered {reply.status}" + (f", ask again at {until:%H:%M}" if until else ""), retry_at=until)

    async def _follow(
        self,
        address: str,
        method: str,
        headers: dict[str, str],
        secret: tuple[str, str] | None,
        robots: bool,
        limit: int | None,
    ) -> Reply:
        """A reply that is no redirect; each address on the way is checked as the first one was."""
        seen: list[str] = []
        host = urlsplit(address).netloc
        while True:
            if address in seen:
                raise Failed(f"redirects in a loop, back to {address[:200]}")
            if len(seen) > REDIRECTS:
                raise Failed(f"redirects more than {REDIRECTS} times")
            seen.append(address)
            try:
                await self._guard.check(address)
            except OSError as error:
                raise Failed(f"{urlsplit(address).hostname} cannot be resolved ({error})", reached=False) from None
            if robots and not (await self._rules(address)).can_fetch(self.manners.product, address):
                raise Failed(f"robots.txt of {urlsplit(address).hostname} asks not to")
            sent = headers | (dict([secret]) if secret and urlsplit(address).netloc == host else {})
            reply = await self._once(address, method, sent, limit or self.manners.max_bytes)
            target = reply.headers.get("location")
            if reply.status not in (301, 302, 303, 307, 308) or not target:
                return reply
            address = urljoin(address, target).partition("#")[0]

    async def _once(self, address: str, method: str, headers: Mapping[str, str], limit: int) -> Reply:
        """One request, in its turn, within its time, and no more of the body than the limit."""
        host = self._hosts.setdefault(urlsplit(address).netloc, _Host())
        async with host.turns:
            now = self.time.monotonic()
            start = max(now, host.free_at)
            host.free_at = start + host.pause
            if start > now:
                await self.time.sleep(start - now)
            try:
                async with asyncio.timeout(self.manners.total):
                    async with self._http.stream(method, address, headers=dict(headers)) as response:
                        self._http.cookies.clear()
                        body = b"" if method == "HEAD" else await _read(response, limit)
                        charset = response.charset_encoding
                        return Reply(response.status_code, address, body, response.headers, charset)
            except TimeoutError:
                raise Failed(f"took longer than {self.manners.total:g} seconds", transient=True) from None
            except httpx.ConnectError as error:
                raise Failed(f"cannot be connected to ({_said(error)})", reached=False) from None
            except httpx.ConnectTimeout:
                raise Failed(f"did not answer within {self.manners.timeout:g} seconds", reached=False) from None
            except httpx.TimeoutException:
                raise Failed(f"said nothing for {self.manners.timeout:g} seconds", transient=True) from None
            except httpx.TransportError as error:
                raise Failed(f"broke off ({_said(error)})", transient=True) from None
            except (httpx.InvalidURL, UnicodeError) as error:
                raise Failed(f"has an address that cannot be asked ({_said(error)})") from None

    async def _rules(self, address: str) -> RobotFileParser:
        """What a host's robots.txt asks of us (RFC 9309), asked for once a run."""
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = asyncio.ensure_future(self._read_rules(origin))
        rules = await asyncio.shield(self._robots[origin])
        delay = rules.crawl_delay(self.manners.product)
        host = self._hosts.setdefault(parts.netloc, _Host())
        host.pause = max(host.pause, min(float(delay or 0), LONGEST_PAUSE))
        return rules

    async def _read_rules(self, origin: str) -> RobotFileParser:
        rules = RobotFileParser()
        try:
            reply = await self.ask(f"{origin}/robots.txt", robots=False, limit=ROBOTS_BYTES)
        except Failed as failed:
            if not failed.reached:
                raise
            # Unreachable rules forbid everything; a later run asks again.
            rules.parse(["User-agent: *", "Disallow: /"])
            return rules
        # Any refusal (401, 403, 404) means that there are no rules.
        text = reply.body.decode("utf-8", "replace") if reply.status == 200 else ""
        rules.parse(text.splitlines())
        return rules


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _retry_after(reply: Reply, now: datetime) -> float | None:
    """How long to wait, in seconds: ``Retry-After`` is a number of seconds or a date."""
    said = reply.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(float(said), 7 * 86_400.0)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(0.0, (until - now).total_seconds()), 7 * 86_400.0)


async def _read(response: httpx.Response, limit: int) -> bytes:
    """The body, unpacked as it comes; raise ``Failed`` as soon as it is larger than the limit, packed or unpacked."""
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise Failed(f"sent its reply packed as {packing[:40]!r}, which was not asked for")
    unpack = zlib.decompressobj(31) if "gzip" in packing else None
    too_large = Failed(f"sent more than {limit} bytes")
    declared = response.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > limit:
        raise too_large
    found, received = bytearray(), 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        try:
            found += unpack.decompress(chunk, limit + 1 - len(found)) if unpack else chunk
        except zlib.error as error:
            raise Failed(f"sent a reply that cannot be unpacked ({error})") from None
        if received > limit or len(found) > limit:
            raise too_large
    if unpack and received and not unpack.eof:
        raise Failed("sent a packed reply that was cut short", transient=True)
    return bytes(found)
