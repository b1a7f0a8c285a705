"""What a reader sees when an address cannot be answered: what is wrong, where, and the way out."""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.filters import BadParameter
from app.pages.languages import language_of
from app.pages.routing import suffix_of
from app.pages.visit import Interrupted, PageNotFound
from app.releases.opening import QueryTooSlow
from app.releases.store import NoRelease, Store
from app.rendering.addresses import Addresses, frozen_of, path_of, root_of
from app.rendering.data.documents import Problem
from app.rendering.labels import label, meaning
from app.rendering.respond import Answer, render, wanted_fragment
from app.rendering.translations import LANGUAGES
from app.security import security_headers
from app.shelf import ReleaseGone, ReleaseUnreadable

logger = logging.getLogger("faultlines")

LONGEST_QUERY = 2000
"""Signs of a query string that the link to the other language keeps: the page must not grow with what was sent."""
HELD = 50
"""The most releases that a page names instead of one that cannot be shown."""


class ErrorPage(Struct, frozen=True):
    """``kind`` picks the words; ``bad`` is the parameter refused, if one was.

    Where a release cannot be shown, ``held`` are the releases that can be asked for, and ``file`` is the address of
    its file, if that is held.
    """

    language: str
    other_language: str
    to: Addresses
    path: str
    elsewhere: str
    status: int
    kind: str
    bad: BadParameter | None = None
    held: tuple[tuple[str, str, date], ...] = ()
    file: str | None = None


def _answer(
    request: Request, status: int, kind: str, bad: BadParameter | None = None, missing: str | None = None
) -> Response:
    """``missing`` is the release that was asked for and cannot be shown."""
    language = language_of(request)
    other = next(each for each in LANGUAGES if each != language)
    path = path_of(request.scope).lstrip("/")
    first, _, rest = path.partition("/")
    inner = f"/{rest}" if first in LANGUAGES else "/"
    frozen = frozen_of(request.scope)
    to = Addresses(root_of(request.scope), language, frozen=frozen)
    here = f"{to.base}/{path}"
    query = request.url.query if len(request.url.query) <= LONGEST_QUERY else ""
    elsewhere = to.in_language(other, inner, f"?{query}" if query else "")
    held: tuple[tuple[str, str, date], ...] = ()
    file = None
    if missing:
        store: Store = request.app.state.current.store
        file = to.within(missing).file if store.holds(missing) else None
        to = to.live()
        releases = store.list()[:HELD]
        held = tuple((each.id, to.within(each.id).page(inner), each.published.date()) for each in releases)
    # By the whole path: data addresses of a language that is not there are asked for by programs too.
    if suffix_of(path):
        more = {"releases": [each for each, _, _ in held], "current": to.page(inner), "file": file} if missing else {}
        return _problem(here, status, kind, bad, language, more)
    context = ErrorPage(language, other, to, inner, elsewhere, status, kind, bad, held, file)
    return render("error.html", context, Answer(language, wanted_fragment(request.headers)), status)


def _problem(
    instance: str, status: int, kind: str, bad: BadParameter | None, language: str, more: Mapping[str, Any]
) -> Response:
    """The same refusal for a program: a problem document (RFC 9457)."""
    body: Problem = {
        "type": "about:blank",
        "title": label("error", kind, language),
        "status": status,
        "detail": label("fault", bad.fault, language) if bad else meaning("error", kind, language),
        "instance": instance,
    }
    if bad:
        body = {
            **body,
            "parameter": bad.parameter,
            "value": bad.value[:80],
            "fault": bad.fault,
            "expected": list(bad.expected),
        }
    headers = {"Cache-Control": "no-store", "Content-Language": language}
    return JSONResponse({**body, **more}, status, headers, media_type="application/problem+json")


def interrupted(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Interrupted)
    return error.response


def bad_parameter(request: Request, error: Exception) -> Response:
    assert isinstance(error, BadParameter)
    return _answer(request, 400, "bad-parameter", error)


def page_not_found(request: Request, error: Exception) -> Response:
    assert isinstance(error, PageNotFound)
    return _answer(request, 404, "not-found")


def release_gone(request: Request, error: Exception) -> Response:
    assert isinstance(error, ReleaseGone)
    return _answer(request, 410, "release-gone", missing=error.release_id)


def release_unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, ReleaseUnreadable)
    logger.warning("%s: %s", error, error.__cause__)
    return _answer(request, 410, "release-unreadable", missing=error.release_id)


def no_release(request: Request, error: Exception) -> Response:
    assert isinstance(error, NoRelease)
    logger.error("no release to serve: %s", error)
    response = _answer(request, 503, "no-release")
    response.headers["Retry-After"] = "5"
    return response


def too_slow(request: Request, error: Exception) -> Response:
    assert isinstance(error, QueryTooSlow)
    logger.error("%s %s gave up: %s", request.method, request.url.path, error)
    response = _answer(request, 503, "too-slow")
    response.headers["Retry-After"] = "10"
    return response


def out_of_reach(request: Request, error: Exception) -> Response:
    """What a page reads from disk besides the current release: an older one, a release's file, a source's text."""
    logger.error("%s %s cannot be read", request.method, request.url.path, exc_info=error)
    response = _answer(request, 503, "out-of-reach")
    response.headers["Retry-After"] = "10"
    return response


def http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        response = _answer(request, 405, "method")
        response.headers["Allow"] = "GET, HEAD"
        return response
    return _answer(request, error.status_code, "not-found" if error.status_code == 404 else "bad-request")


def failed(request: Request, error: Exception) -> Response:
    logger.error("%s %s failed", request.method, request.url.path, exc_info=error)
    response = _answer(request, 500, "failed")
    # What fails is answered outside all other layers, the one that adds these headers included.
    response.headers.update(security_headers(request.app.state.settings.frame_ancestors))
    return response
