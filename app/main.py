"""Builds the application. Nothing is read, opened or started at import."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import date
from typing import Any

import anyio.to_thread
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app import __version__
from app.caching.layer import PageCache
from app.caching.warming import keep_warm
from app.current import CurrentRelease
from app.filters import BadParameter
from app.operations.layer import Entrance
from app.operations.memory import give_memory_back
from app.operations.protocol import AT_ONCE
from app.operations.telemetry import traced
from app.pages import (
    about,
    accessibility,
    briefings,
    changes,
    charts,
    claims,
    contradictions,
    crawling,
    cross_impact,
    docs,
    errors,
    exports,
    exposure,
    figures,
    frozen,
    glossary,
    issues,
    languages,
    mentions,
    openapi,
    operations,
    overview,
    parties,
    routing,
    sbom,
    scenario_evidence,
    scenarios,
    search,
    sources,
    static,
    styleguide,
    timeline,
)
from app.pages.visit import Clock, Interrupted, PageNotFound
from app.releases.opening import OpenRelease, QueryTooSlow
from app.releases.store import NoRelease
from app.rendering.static_files import static_addresses
from app.security import SecurityHeaders, security_headers
from app.settings import Settings
from app.shelf import ReleaseGone, ReleaseUnreadable, Shelf
from app.source_texts import SourceTexts
from app.stores import store_at
from app.watch.mentions import WatchedFolder

PAGES = (
    overview,
    issues,
    briefings,
    cross_impact,
    exposure,
    scenario_evidence,
    scenarios,
    claims,
    contradictions,
    timeline,
    figures,
    parties,
    sources,
    glossary,
    search,
    mentions,
    changes,
    about,
    accessibility,
    docs,
    charts,
    styleguide,
    exports,
)
"""The modules that put pages on the router when they are imported."""


class Site(FastAPI):
    """The application behind its entrance: what surrounds every request, then the page cache, then the pages."""

    entrance: Entrance
    page_cache: PageCache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.entrance(scope, receive, send)


def main_addresses(release: OpenRelease) -> list[str]:
    """What most readers ask for: the files that pages load, and the pages that are the ways in."""
    return [
        *(each for each in static_addresses() if "/css/" in each or each.endswith(".js")),
        *routing.main_addresses(release),
    ]


def create_app(settings: Settings, clock: Clock = date.today) -> Site:
    """The application for these settings; ``clock`` says which day it is."""
    store = store_at(settings.read_from)
    current = CurrentRelease(store, settings.query_threads, settings.query_seconds)
    shelf = Shelf(store, current, settings.query_threads, settings.query_seconds)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        # Pages are built on a few threads: with the default forty they would take turns at the interpreter so often
        # that each would wait several times longer.
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.query_threads
        warming = asyncio.create_task(
            keep_warm(app.page_cache, app.page_cache, current, clock, main_addresses, settings.root_path)
        )
        if not settings.warm:
            warming.cancel()
        async with assistant.manager.run() if assistant else nullcontext():
            # Part of every request's state, which is how the server's protocol comes to know it.
            yield {AT_ONCE: app.entrance.at_once}
        warming.cancel()
        with suppress(asyncio.CancelledError):
            await warming
        app.page_cache.close()
        shelf.close()
        current.close()
        store.close()

    app = Site(
        title="Faultlines",
        version=__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.settings, app.state.current, app.state.clock = settings, current, clock
    app.state.shelf = shelf
    app.state.source_texts = SourceTexts(settings.source_texts)
    app.state.mentions = mentions_folder = WatchedFolder(settings.watched if settings.mentions else None)
    app.mount("/static", static.static_files, name="static")
    app.include_router(operations.router)
    app.include_router(openapi.router)
    app.include_router(crawling.router)
    app.include_router(sbom.router)
    assistant = None
    if settings.assistant:
        # Its package is an extra that most installations do without.
        from app.assistant import Assistant

        assistant = Assistant(app, lambda *request: app.page_cache(*request), settings.all_assistant_hosts)
        app.router.routes.append(assistant.route())
    frozen.mount(app)
    app.router.routes.append(routing.Pages())
    app.include_router(languages.router)
    for failure, handler in (
        (Interrupted, errors.interrupted),
        (BadParameter, errors.bad_parameter),
        (PageNotFound, errors.page_not_found),
        (ReleaseGone, errors.release_gone),
        (ReleaseUnreadable, errors.release_unreadable),
        (NoRelease, errors.no_release),
        (QueryTooSlow, errors.too_slow),
        (OSError, errors.out_of_reach),
        (HTTPException, errors.http_error),
        (Exception, errors.failed),
    ):
        app.add_exception_handler(failure, handler)
    app.add_middleware(SecurityHeaders, headers=security_headers(settings.frame_ancestors))
    app.page_cache = PageCache(
        super(Site, app).__call__,
        current=current,
        clock=clock,
        watched=lambda: mentions_folder.digest,
        limit=settings.cache_bytes,
        shared_seconds=settings.shared_seconds,
    )
    app.entrance = Entrance(
        traced(app.page_cache, settings.telemetry),
        routes=[
            *(each for each in app.router.routes if isinstance(each, Route | routing.Pages)),
            *(each for module in (operations, openapi, crawling) for each in module.router.routes),
        ],
        hosts=settings.allowed_hosts.lower().replace(",", " ").split(),
        log_readers=settings.log_readers,
        # A trace has every request in it.
        kept=None if settings.telemetry or not settings.cache_bytes else app.page_cache.at_once,
    )
    return app


def from_environment() -> Site:
    """The application for the settings in the environment: what each server process builds."""
    give_memory_back()
    site = create_app(Settings())
    # All that was loaded so far stays: it is not to be looked through for garbage while pages are made.
    gc.freeze()
    gc.enable()
    return site
