"""The server's side of a connection: uvicorn's own, but what is kept is written without starting a task for it.

An answer from memory costs uvicorn more than it costs the page cache: a task, an event and a cycle for each request,
and each header looked at again. So once the head of a request is read, the application is asked whether it can
answer at once; what it cannot goes the usual way. Which requests may be answered so is decided here, narrowly:
HTTP/1.1, the connection goes on afterwards, the answers before it are written, and the reader keeps up with them.
"""

import asyncio
from asyncio import TimerHandle
from collections.abc import Callable
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.operations.layer import Written

AT_ONCE = "faultlines.at_once"
"""The name in the state of the application's lifespan of what answers at once: a function of an ASGI scope."""

STATUS_LINES = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n".encode() for each in HTTPStatus}
ANSWERED: Any = SimpleNamespace(response_complete=True, message_event=asyncio.Event(), more_body=False)
"""Stands where the server looks for the cycle of a request that needed none."""


class Protocol(HttpToolsProtocol):
    """One connection. It reads and changes what its base class keeps: a new uvicorn is tried by the tests of it."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.answer_at_once: Callable[[Scope], Written | None] | None = self.app_state.get(AT_ONCE)
        self.given: list[tuple[bytes, bytes]] | None = None
        self.given_lines = b""
        self.whole = False
        """Whether the request that comes, or came last, is there to its end."""
        self._idle: TimerHandle | None = None
        self._answered = 0.0

    def on_headers_complete(self) -> None:
        if self.answer_at_once is None or not self._plain():
            super().on_headers_complete()
            return
        scope: Any = self.scope
        path, _, query = self.url.partition(b"?")
        scope["method"] = self.parser.get_method().decode("ascii")
        scope["path"] = self.root_path + (unquote(path.decode("ascii")) if b"%" in path else path.decode("ascii"))
        scope["raw_path"] = self.root_path.encode("ascii") + path
        scope["query_string"] = query
        written = self.answer_at_once(scope)
        if written is None:
            super().on_headers_complete()
            return
        status, head, body = written
        if self.given is not self.server_state.default_headers:
            # The date and what else the server says everywhere: another list every second.
            self.given = self.server_state.default_headers
            self.given_lines = b"".join(b"%b: %b\r\n" % each for each in self.given)
        self.cycle = ANSWERED
        self.transport.write(b"".join((STATUS_LINES[status], self.given_lines, head, b"\r\n", body)))
        self.server_state.total_requests += 1
        self._answered = self.loop.time()
        if self._idle is None:
            self._idle = self.loop.call_later(self.timeout_keep_alive, self._when_idle)

    def _when_idle(self) -> None:
        """Close the connection if nothing came since the last answer at once; one timer serves many answers.

        To set one and to end it again for each costs more than the rest of the answer.
        """
        self._idle = None
        left = self._answered + self.timeout_keep_alive - self.loop.time()
        if self.cycle is not ANSWERED or not self.whole:
            # Another request is on its way, or was answered the usual way, after which the server sets a timer itself.
            return
        if left > 0:
            self._idle = self.loop.call_later(left, self._when_idle)
        else:
            self.timeout_keep_alive_handler()

    def on_message_begin(self) -> None:
        self.whole = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self.whole = True
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._idle is not None:
            self._idle.cancel()
        super().connection_lost(exc)

    def _plain(self) -> bool:
        """Whether nothing about the request or the connection asks for more than to write an answer."""
        return (
            (self.cycle is None or self.cycle.response_complete)
            and not self.pipeline
            and not self.flow.write_paused
            and not self.expect_100_continue
            and self.parser.get_method() in (b"GET", b"HEAD")
            and self.parser.get_http_version() == "1.1"
            and self.parser.should_keep_alive()
            and not self.parser.should_upgrade()
            and self.url.startswith(b"/")
            and self.url.isascii()
            and b"#" not in self.url
        )
