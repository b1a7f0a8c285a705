"""What a reader sees when an address cannot be answered: what is wrong, where, and the way out."""

import logging
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.filters import BadParameter
from app.pages.languages import language_of
from app.pages.visit import Interrupted, PageNotFound
from app.releases import NoRelease
from app.rendering.addresses import Addresses
from app.rendering.respond import Answer, render, wanted_fragment

logger = logging.getLogger("faultlines")


@dataclass(frozen=True)
class ErrorPage:
    """``kind`` picks the words; ``bad`` is the parameter refused, if one was."""

    language: str
    other_language: str
    to: Addresses
    path: str
    elsewhere: str
    status: int
    kind: str
    bad: BadParameter | None = None


def _answer(request: Request, status: int, kind: str, bad: BadParameter | None = None) -> Response:
    language = language_of(request)
    other = "fr" if language == "en" else "en"
    root = request.scope.get("root_path", "")
    inner = request.url.path.removeprefix(root)
    if (prefix := inner[1:3]) in ("en", "fr") and inner[3:4] in ("", "/"):
        inner = inner.removeprefix(f"/{prefix}") or "/"
    else:
        inner = "/"
    to = Addresses(root, language)
    elsewhere = f"{root}/{other}{inner}" + (f"?{request.url.query}" if request.url.query else "")
    context = ErrorPage(language, other, to, inner, elsewhere, status, kind, bad)
    response = render("error.html", context, Answer(language, wanted_fragment(request.headers)), status)
    if request.method == "HEAD":
        response.body = b""
    return response


def interrupted(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Interrupted)
    return error.response


def bad_parameter(request: Request, error: Exception) -> Response:
    assert isinstance(error, BadParameter)
    return _answer(request, 400, "bad-parameter", error)


def page_not_found(request: Request, error: Exception) -> Response:
    assert isinstance(error, PageNotFound)
    return _answer(request, 404, "not-found")


def no_release(request: Request, error: Exception) -> Response:
    assert isinstance(error, NoRelease)
    logger.error("no release to serve: %s", error)
    response = _answer(request, 503, "no-release")
    response.headers["Retry-After"] = "5"
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
    return _answer(request, 500, "failed")
