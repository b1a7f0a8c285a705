"""What surrounds every request, the page cache included: its id, its host, its line in the log, its count."""

import logging
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from random import getrandbits
from time import perf_counter
from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.operations import metrics
from app.operations.logs import ACCESS, REQUEST_ID
from app.releases.files import ID_PATTERN
from app.rendering.addresses import root_of
from app.security import HEADERS

UNMATCHED = "unmatched"
"""The label of all paths that no route fits."""
STATIC = "/static"
PROBES = ("/healthz", "/readyz", "/metrics")
"""Asked by machines every few seconds, by whatever name they know this one: never refused, and logged for debugging."""
_ASCII = bytes(range(128))
_GIVEN_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")

Written = tuple[int, bytes, bytes]
"""An answer for a server to write: its status, its headers, each with its end of line, and its body."""

access = logging.getLogger(ACCESS)


def request_id(headers: Sequence[tuple[bytes, bytes]]) -> str:
    """The id that the request brings, if it is well-formed, else a new one of 16 hexadecimal digits.

    It is taken from anyone: it only joins lines of logs, and whoever sends a false one deceives nobody but themselves.
    """
    for name, value in headers:
        if name == b"x-request-id":
            return value.decode("ascii") if _GIVEN_ID.fullmatch(value) else _new_id()
    return _new_id()


def _new_id() -> str:
    # It need be unlike others, not secret: the generator costs a quarter of asking the system.
    return f"{getrandbits(64):016x}"


class Entrance:
    """A plain ASGI layer around the whole application. It must stay cheap: kept pages pass through it too."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Sequence[Any],
        hosts: Sequence[str] = (),
        log_readers: bool = False,
        kept: Callable[[Scope], Written | None] | None = None,
    ) -> None:
        """``kept`` looks up the answer to a request, where there is one that no layer need be asked for."""
        self.app = app
        self.kept = kept
        self.hosts = tuple(hosts)
        self.log_readers = log_readers
        self.template_of = lru_cache(maxsize=4096)(lambda path: template_of(routes, path))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = perf_counter()
        if not scope["query_string"].isascii():
            # Browsers encode such bytes; what comes bare may be no text at all, and is then refused as any other value.
            scope["query_string"] = quote(scope["query_string"], safe=_ASCII).encode()
        identifier = request_id(scope["headers"])
        mark = REQUEST_ID.set(identifier)
        status = 500

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                # A message of its own: the one that comes may be a kept answer's, which others are given too.
                message = {**message, "headers": [*message["headers"], (b"x-request-id", identifier.encode())]}
            await send(message)

        try:
            if self.hosts and not self._answers_for(scope):
                await _another_host()(scope, receive, send_marked)
            else:
                await self.app(scope, receive, send_marked)
        finally:
            self._note(scope, status, perf_counter() - begun)
            REQUEST_ID.reset(mark)

    def at_once(self, scope: Scope) -> Written | None:
        """The answer as bytes for the wire, where it is kept; None where the request has to take the way through.

        It stands for all layers, and does what they do: the host, the id, the count, the line in the log.
        """
        begun = perf_counter()
        if self.kept is None or self.log_readers or (self.hosts and not self._answers_for(scope)):
            return None
        kept = self.kept(scope)
        if kept is None:
            return None
        status, head, body = kept
        identifier = request_id(scope["headers"])
        mark = REQUEST_ID.set(identifier)
        self._note(scope, status, perf_counter() - begun)
        REQUEST_ID.reset(mark)
        return status, b"%bx-request-id: %b\r\n" % (head, identifier.encode()), body

    def _answers_for(self, scope: Scope) -> bool:
        """Whether the host asked for is one of those allowed; ``*.example.org`` stands for any name below it."""
        if scope["path"].endswith(PROBES):
            return True
        given = Headers(scope=scope).get("host", "").lower()
        host = given.rsplit(":", 1)[0] if not given.endswith("]") else given
        return any(host == each or (each.startswith("*.") and host.endswith(each[1:])) for each in self.hosts)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = self._label(scope)
        metrics.count(scope["method"], route, status, seconds)
        level = logging.DEBUG if route in PROBES else logging.INFO
        if access.isEnabledFor(level):
            said: dict[str, Any] = {
                "method": scope["method"],
                # As it came over the wire: without signs that a terminal would obey.
                "path": scope.get("raw_path", b"").partition(b"?")[0][:200].decode("ascii", "backslashreplace"),
                "status": status,
                "ms": round(seconds * 1000, 1),
            }
            if self.log_readers:
                said["query"] = scope["query_string"][:2000].decode("ascii", "backslashreplace")
                said["client"] = (scope.get("client") or ("",))[0]
            access.log(level, "request", extra=said)

    def _label(self, scope: Scope) -> str:
        """The template of the route, looked up here: a kept page is answered before any routing."""
        path = scope["path"].removeprefix(root_of(scope))
        return STATIC if path.startswith(f"{STATIC}/") else self.template_of(path)


_FROZEN = re.compile(rf"/r/{ID_PATTERN}(?=/)")
"""What comes before the address of a page where a release is named."""


def template_of(routes: Sequence[Any], path: str) -> str:
    """The template of the first route that fits a path; of a frozen page it begins with ``/r/{release}``."""
    if (found := _template_of(routes, path)) == UNMATCHED and (frozen := _FROZEN.match(path)):
        found = _template_of(routes, path[frozen.end() :])
        return found if found == UNMATCHED else "/r/{release}" + found
    return found


def _template_of(routes: Sequence[Any], path: str) -> str:
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    for route in routes:
        match, child = route.matches(scope)
        if match is not Match.NONE:
            return str(child.get("route", route).path)
    return UNMATCHED


def _another_host() -> PlainTextResponse:
    return PlainTextResponse(
        "This site does not answer for the host asked for. Its operator names the hosts it answers for in "
        "FAULTLINES_ALLOWED_HOSTS.\n",
        status_code=400,
        headers={**HEADERS, "Cache-Control": "no-store"},
    )
