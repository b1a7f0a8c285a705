"""Makes the main pages before anybody asks for them: after the start, after a publish and at midnight."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date

from starlette.types import ASGIApp, Message

from app.caching.layer import PageCache
from app.current import CurrentRelease
from app.releases.opening import OpenRelease
from app.releases.store import NoRelease

LOOKING = 1.0
"""Seconds between two looks at whether release or day are others."""
REST = 3
"""How many times as long as a page took nothing is done after it, so that readers have most of the machine."""


async def keep_warm(
    app: ASGIApp,
    cache: PageCache,
    current: CurrentRelease,
    clock: Callable[[], date],
    addresses: Callable[[OpenRelease], Sequence[str]],
    root: str,
) -> None:
    """Ask ``app``, whose cache is ``cache``, for all ``addresses`` once a release and day; it never ends by itself.

    ``root`` is the prefix that a proxy strips, as the server hands it on.
    """
    warmed: tuple[str, date] | None = None
    while True:
        try:
            # A release may take a moment to open: not in the event loop.
            release = await asyncio.to_thread(current.get)
        except NoRelease:
            await asyncio.sleep(LOOKING)
            continue
        if (release.id, clock()) != warmed:
            warmed = (release.id, clock())
            for address in addresses(release):
                while cache.busy:
                    await asyncio.sleep(0.01)
                began = time.monotonic()
                # What fails is logged where it fails, and is no reason to leave the others cold.
                with suppress(Exception):
                    await _ask(app, root, address)
                await asyncio.sleep((time.monotonic() - began) * REST)
                if current.get() is not release:
                    break
        await asyncio.sleep(LOOKING)


async def _ask(app: ASGIApp, root: str, path: str) -> None:
    """Ask as a reader would, often enough to be compressed at leisure, and look at nothing that comes."""

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        pass

    for _ in range(3):
        await app(
            {
                "type": "http",
                "asgi": {"version": "3.0"},
                "http_version": "1.1",
                "method": "GET",
                "scheme": "http",
                "path": root + path,
                "raw_path": (root + path).encode(),
                "query_string": b"",
                "root_path": root,
                "headers": [(b"accept-encoding", b"br")],
                "client": None,
                "server": None,
            },
            receive,
            send,
        )
