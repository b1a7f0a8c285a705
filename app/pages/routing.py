"""How a page is put at its address: for GET and HEAD, in either language, and nothing else."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, request_response
from starlette.types import Receive, Scope, Send

from app.releases.opening import OpenRelease
from app.rendering.charts.frame import CSV_SUFFIX, SVG_SUFFIX
from app.rendering.translations import LANGUAGES

DATA_SUFFIX = ".json"
ATOM_SUFFIX, PACK_SUFFIX, LINKED_SUFFIX = ".atom", ".zip", ".jsonld"
CITE_SUFFIXES = (".txt", ".bib", ".ris", ".csl.json")

SUFFIXES = (*CITE_SUFFIXES, DATA_SUFFIX, LINKED_SUFFIX, SVG_SUFFIX, CSV_SUFFIX, ATOM_SUFFIX, PACK_SUFFIX)
"""The endings of an address that ask for something else than the page; of two that fit, the longer comes first."""

INDEX = "/index"
"""What the overview is called where an ending follows: ``/en/index.json`` is the data of ``/en/``."""

KIND_OF: Mapping[str, str] = {
    "/claims/": "claim",
    "/figures/": "figure",
    "/issues/": "issue",
    "/parties/": "party",
    "/sources/": "source",
    "/scenarios/": "scenario",
    "/impacts/": "impact",
    "/charts/mix-": "issue",
    "/charts/attribution-": "issue",
    "/charts/readings-": "figure",
}
"""What the id after the beginning of a path is the id of, by the parameter that takes such ids where one does."""

TWINS: dict[str, set[str]] = {}
"""For the path of each page, as the routes have it, the endings that it can be asked with."""


def suffix_of(path: str) -> str:
    """What an address asks for: one of the endings, or nothing for the page."""
    return next((suffix for suffix in SUFFIXES if path.endswith(suffix)), "")


def twin_of(path: str, suffix: str) -> str:
    """The path of a page's twin."""
    return f"{INDEX if path == '/' else path}{suffix}"


def page_of(path: str, suffix: str) -> str:
    """The path of the page that a path with this ending is a twin of."""
    found = path.removesuffix(suffix)
    return "/" if suffix and found == INDEX else found


class PageRoute:
    """A page, or its twin with this ending. ``takes`` makes a visit of a request, in the event loop; ``tail`` is what
    follows the language in its path.

    The handler is given the visit and, by name, what else it asks for: the request, or the id in the path. It works on
    a thread of its own. A handler names how it is visited in the annotation of ``visit``. FastAPI's own routes do the
    same and more, for each request and for each of three hundred addresses at every start: see decision 0036.
    """

    methods = ("GET", "HEAD")

    def __init__(self, page: str, suffix: str, handler: Callable[..., Response]) -> None:
        takes: Callable[[Request, str], Awaitable[Any]] = handler.__annotations__["visit"].__metadata__[0]
        self.takes = takes
        self.handler = handler
        wants_request, wants_id = (name in handler.__annotations__ for name in ("request", "identifier"))

        async def answer(request: Request) -> Response:
            given: dict[str, Any] = {"visit": await takes(request, page)}
            if wants_request:
                given["request"] = request
            if wants_id:
                given["identifier"] = request.path_params.get("identifier", "")
            return await run_in_threadpool(handler, **given)

        self.tail = twin_of(page, suffix) if suffix else page
        self.path = f"/{{language:language}}{self.tail}"
        self.app = request_response(answer)
        before, takes_id, after = self.tail.partition(IDENTIFIER)
        if takes_id:
            _with_id.setdefault(before, {})[after] = self
        else:
            _named[self.tail] = self


IDENTIFIER = "{identifier:id}"
ID_FORM = "[a-z0-9]+(?:-[a-z0-9]+)*"
"""The ids of the dossier. The dot of ``.json`` is none of it, and so is left to the representation."""
_an_id = re.compile(ID_FORM)

routes: list[PageRoute] = []
"""The routes of all pages."""
_named: dict[str, PageRoute] = {}
"""Those without an id, by what follows the language in the path."""
_with_id: dict[str, dict[str, PageRoute]] = {}
"""Those with one, by what stands before it and by what follows it."""


def find_route(path: str) -> tuple[PageRoute, dict[str, str]] | None:
    """The route that a path leads to, with the language and the id in it: a page with a name of its own comes first."""
    language, _, rest = path[1:].partition("/")
    if language not in LANGUAGES or not path.startswith(f"/{language}/"):
        return None
    tail = f"/{rest}"
    if (named := _named.get(tail)) is not None:
        return named, {"language": language}
    for before, by_ending in _with_id.items():
        if tail.startswith(before) and (identifier := _an_id.match(tail, len(before))):
            found = by_ending.get(tail[identifier.end() :])
            if found is not None:
                return found, {"language": language, "identifier": identifier[0]}
    return None


class Pages(BaseRoute):
    """All pages as one route, so that a path is looked up instead of held against three hundred patterns."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        found = find_route(scope["path"].removeprefix(scope.get("root_path", "")))
        if found is None:
            return Match.NONE, {}
        route, given = found
        child = {"endpoint": route.handler, "route": route, "path_params": {**scope.get("path_params", {}), **given}}
        return (Match.FULL if scope["method"] in route.methods else Match.PARTIAL), child

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        route: PageRoute = scope["route"]
        if scope["method"] not in route.methods:
            raise HTTPException(405, headers={"Allow": ", ".join(route.methods)})
        await route.app(scope, receive, send)


def serve(path: str, suffixes: Iterable[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Serve a handler at a path below both languages, with each of these endings (nothing for the page itself)."""

    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        for suffix in suffixes:
            TWINS.setdefault(path, set()).add(suffix)
            routes.append(PageRoute(path, suffix, handler))
        return handler

    return register


def page(path: str, *twins: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Serve a handler as a page, with ``.json`` as data, and with these other twins that it makes itself."""
    return serve(path, ("", DATA_SUFFIX, *twins))


MAIN_KINDS = {"issues": "issue", "scenarios": "scenario", "impacts": "impact", "parties": "party"}
"""Pages of one thing each of which most readers pass, with the parameter by which a release names those things."""
MOST_OF_A_KIND = 50


def main_addresses(release: OpenRelease) -> list[str]:
    """The pages that are the ways in: those with a name of their own, and each issue, scenario, area and party."""
    paths = [route.tail for route in routes]
    named = [path for path in paths if "{" not in path and not suffix_of(path) and path != "/styleguide"]
    named += [
        f"/{kind}/{each}" for kind, names in MAIN_KINDS.items() for each in list(release.names[names])[:MOST_OF_A_KIND]
    ]
    return [f"/{language}{path}" for path in sorted(named, key=len) for language in LANGUAGES]
