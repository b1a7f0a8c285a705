"""Builds the application. Nothing is read, opened or started at import."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import anyio.to_thread
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from app import __version__
from app.filters import BadParameter
from app.operations.layer import Entrance
from app.operations.telemetry import traced
from app.pages import (
    about,
    accessibility,
    briefings,
    charts,
    claims,
    contradictions,
    cross_impact,
    errors,
    exposure,
    figures,
    glossary,
    issues,
    languages,
    operations,
    overview,
    parties,
    routing,
    scenario_evidence,
    scenarios,
    search,
    sources,
    styleguide,
    timeline,
)
from app.pages.visit import Clock, Interrupted, PageNotFound
from app.releases import CurrentRelease, NoRelease, QueryTooSlow, ReleaseFolder
from app.rendering.static_files import STATIC
from app.security import SecurityHeaders, security_headers
from app.settings import Settings
from app.source_texts import SourceTexts

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
    about,
    accessibility,
    charts,
    styleguide,
)
"""The modules that put pages on the router when they are imported."""


class Site(FastAPI):
    """The application behind its entrance, the layers that surround every request."""

    entrance: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.entrance(scope, receive, send)


class StaticFilesForGood(StaticFiles):
    """Static files, kept by browsers for a year where the address carries the content's digest."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        lasting = b"v=" in scope["query_string"]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return response


def create_app(settings: Settings, clock: Clock = date.today) -> Site:
    """The application for these settings; ``clock`` says which day it is."""
    current = CurrentRelease(ReleaseFolder(settings.releases), settings.query_threads, settings.query_seconds)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # Pages are built on a few threads: with the default forty they would take turns at the interpreter so often
        # that each would wait several times longer.
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.query_threads
        yield
        current.close()

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
    app.state.source_texts = SourceTexts(settings.source_texts)
    app.state.page_routes = routing.router.routes
    app.mount("/static", StaticFilesForGood(directory=STATIC), name="static")
    app.include_router(operations.router)
    app.include_router(routing.router)
    app.include_router(languages.router)
    for failure, handler in (
        (Interrupted, errors.interrupted),
        (BadParameter, errors.bad_parameter),
        (PageNotFound, errors.page_not_found),
        (NoRelease, errors.no_release),
        (QueryTooSlow, errors.too_slow),
        (HTTPException, errors.http_error),
        (Exception, errors.failed),
    ):
        app.add_exception_handler(failure, handler)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=5)
    app.add_middleware(SecurityHeaders, headers=security_headers(settings.frame_ancestors))
    app.entrance = Entrance(
        traced(super(Site, app).__call__, settings.telemetry),
        routes=app.state.page_routes,
        hosts=settings.allowed_hosts.lower().replace(",", " ").split(),
        log_readers=settings.log_readers,
    )
    return app


def from_environment() -> Site:
    """The application for the settings in the environment: what each server process builds."""
    return create_app(Settings())
