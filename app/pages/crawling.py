"""For search engines: which addresses to leave alone, and the map of all pages in both languages.

The map's addresses are whole, as its format wants (sitemaps.org, protocol 0.9); the host is the one that was asked, so
the answers differ by it.
"""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.current import CurrentRelease
from app.filters import Filter
from app.pages import routing
from app.pages.routing import suffix_of
from app.pages.visit import Clock
from app.queries.listings import all_ids
from app.releases.opening import OpenRelease
from app.rendering.addresses import root_of
from app.rendering.respond import entity_tag, matches
from app.rendering.translations import LANGUAGES
from app.vocabulary import Listing

LEFT_OUT = ("/search", "/styleguide")
"""Pages that are not for search engines: another search, and what only developers see."""

MOST_PAGES = 50_000 // len(LANGUAGES)
"""A map may have 50,000 addresses. The newest claims come first; older ones beyond it are reached through the lists."""

router = APIRouter(include_in_schema=False)


def page_paths(release: OpenRelease, clock: Clock) -> Iterator[str]:
    """The path of every page without its language: those with a name of their own, then those of the entries."""
    for route in routing.routes:
        path = route.tail
        if not suffix_of(path) and "{" not in path and path not in LEFT_OUT:
            yield path
    for issue in release.names["issue"]:
        yield f"/issues/{issue}"
        yield f"/issues/{issue}/briefing"
    for parameter, folder in (("scenario", "scenarios"), ("impact", "impacts"), ("party", "parties")):
        yield from (f"/{folder}/{each}" for each in release.names[parameter])
    with release.session() as session:
        for listing in (Listing.FIGURES, Listing.SOURCES, Listing.CLAIMS):
            ids = all_ids(session, listing=listing, chosen=Filter(), as_of=clock())
            yield from (f"/{listing}/{each}" for each in ids)


def write_map(paths: Iterable[str], site: str) -> Iterator[str]:
    """The map, a line at a time: each page in each language, with the same page in all of them beside it."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
    for path in paths:
        places = {language: escape(f"{site}/{language}{path}") for language in LANGUAGES}
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{place}"/>' for language, place in places.items()
        )
        for place in places.values():
            yield f"<url><loc>{place}</loc>{others}</url>"
    yield "</urlset>"


def _site(request: Request) -> str:
    """The address of the site as it was asked for, without a slash at its end."""
    return f"{request.url.scheme}://{request.url.netloc}{root_of(request.scope)}"


def _answer(request: Request, release: str, lines: Iterable[str], media: str) -> Response:
    clock: Clock = request.app.state.clock
    tag = entity_tag(release, _site(request), request.url.path, clock().isoformat())
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Host, Accept-Encoding"}
    if matches(request.headers.get("If-None-Match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response("".join(f"{line}\n" for line in lines), headers=headers, media_type=media)


@router.api_route("/sitemap.xml", methods=["GET", "HEAD"])
def sitemap(request: Request) -> Response:
    current: CurrentRelease = request.app.state.current
    release = current.get()
    paths = list(dict.fromkeys(page_paths(release, request.app.state.clock)))[:MOST_PAGES]
    return _answer(request, release.id, write_map(paths, _site(request)), "application/xml")


@router.api_route("/robots.txt", methods=["GET", "HEAD"])
def robots(request: Request) -> Response:
    """Frozen pages repeat the current ones, and a search has as many results as there are words."""
    root = root_of(request.scope)
    closed = (f"{root}/r/", f"{root}/mcp", *(f"{root}/{language}/search" for language in LANGUAGES))
    lines = ["User-agent: *", *(f"Disallow: {each}" for each in closed), f"Sitemap: {_site(request)}/sitemap.xml"]
    return _answer(request, "", lines, "text/plain")
