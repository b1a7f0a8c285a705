"""Connections that say nothing or take nothing are given up in time, so that they keep nobody else waiting.

uvicorn limits only the time between two requests of a connection. One that never sends its request, sends it letter by
letter, or does not take its answer would be held for good.
"""

import resource
from asyncio import BaseTransport, TimerHandle
from contextlib import suppress
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from app.operations.protocol import Protocol

GRACE = 0.5
"""Seconds for which a new connection is still listened to when the server is told to end."""


class Connection(Protocol):
    """One connection. ``patience`` is in seconds, 0 for no end: so long may a whole request take to arrive, and so long
    may a client take none of an answer that fills the buffers.
    """

    def __init__(self, *arguments: Any, patience: float, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._patience = patience
        self._arriving: TimerHandle | None = None
        self._leaving: TimerHandle | None = None
        self._ending = False
        self._answering: RequestResponseCycle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # What a server is given can be written to.
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_awaiting_request()
        self._stop_awaiting_reader()
        # uvicorn tells only the request that was read last; of several sent together another may be under way.
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    # Arriving: from the first byte, or from the beginning of the connection, to the end of the request

    def data_received(self, data: bytes) -> None:
        self.whole = False
        super().data_received(data)
        # Most come in one piece and need no timer. Empty lines before a request begin none, and could be sent for ever.
        if not self.whole:
            self._await_request()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if self._ending:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        self._stop_awaiting_request()
        super().on_message_complete()

    def _await_request(self) -> None:
        if self._arriving is None and self._patience:
            self._arriving = self.loop.call_later(self._patience, self._give_up)

    def _stop_awaiting_request(self) -> None:
        if self._arriving is not None:
            self._arriving.cancel()
            self._arriving = None

    # Leaving: while more of an answer waits than fits into the buffers, and once the connection is to be closed

    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        self._stop_awaiting_reader()
        super().resume_writing()
        self._await_end()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._await_end()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._await_end()

    def send_400_response(self, msg: str) -> None:
        super().send_400_response(msg)
        self._await_end()

    def _await_end(self) -> None:
        """What is closed stays open until its last byte is taken."""
        if self.transport.is_closing():
            self._await_reader()

    def _await_reader(self) -> None:
        if self._leaving is None and self._patience:
            self._leaving = self.loop.call_later(self._patience, self._give_up)

    def _stop_awaiting_reader(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    def _give_up(self) -> None:
        self.transport.abort()

    # The end of the server

    def shutdown(self) -> None:
        """Finish the answer under way; where a request may be on its way to a new connection, wait a moment for it."""
        if self.cycle is None and not self._ending:
            self._ending = True
            # What is answered at once is answered as if the connection went on.
            self.answer_at_once = None
            self.loop.call_later(GRACE, self.shutdown)
        else:
            super().shutdown()
            self._await_end()


def allow_many_connections() -> None:
    """Let this process and its workers hold as many connections as the system grants, not the few it starts with."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # Some systems name no limit and still have one.
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
