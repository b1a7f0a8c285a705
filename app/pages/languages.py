"""Which language to answer in, and the way from an address without a language to the page."""

from babel import negotiate_locale
from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from app.pages.routing import find_route
from app.rendering.addresses import base_of, path_of
from app.rendering.translations import DEFAULT_LANGUAGE, LANGUAGES

router = APIRouter(include_in_schema=False)


def preferred_language(accept_language: str) -> str:
    """The language of the site that a reader's ``Accept-Language`` prefers."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language[:1000].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if name and quality > 0:
            wanted.append((-quality, name.replace("_", "-").lower()))
    names = [name for _, name in sorted(wanted, key=lambda each: each[0])]
    found = negotiate_locale(names, LANGUAGES, sep="-")
    return found.partition("-")[0] if found else DEFAULT_LANGUAGE


def language_of(request: Request) -> str:
    """The language of an address, or the reader's where it has none."""
    first = path_of(request.scope).lstrip("/").partition("/")[0]
    return first if first in LANGUAGES else preferred_language(request.headers.get("Accept-Language", ""))


@router.api_route("/{path:path}", methods=["GET", "HEAD"])
def to_language(request: Request) -> Response:
    """Lead an address without a language to the reader's, keeping its query; the last route of all."""
    path: str = request.path_params["path"]
    language = preferred_language(request.headers.get("Accept-Language", ""))
    root = base_of(request.scope)
    first = path.partition("/")[0]
    if first in LANGUAGES:
        if path == first:
            return _redirect(f"{root}/{path}/", request)
        if path.endswith("/") and find_route(f"/{path.rstrip('/')}") is not None:
            return _redirect(f"{root}/{path.rstrip('/')}", request)
        raise HTTPException(404)
    target = f"/{language}/{path}".rstrip("/") if path else f"/{language}/"
    if find_route(target) is None:
        raise HTTPException(404)
    response = _redirect(root + target, request)
    response.headers["Vary"] = "Accept-Language"
    return response


def _redirect(target: str, request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(target + query, 307, headers={"Cache-Control": "no-cache"})
