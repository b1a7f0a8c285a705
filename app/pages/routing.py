"""How a page is put at its address: for GET and HEAD, in either language, and nothing else."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.releases import OpenRelease
from app.rendering.charts.frame import CSV_SUFFIX, SVG_SUFFIX
from app.rendering.translations import LANGUAGES


class LanguageConvertor(StringConvertor):
    """Matches the languages there are, so that ``/de/claims`` is simply not found."""

    regex = "|".join(LANGUAGES)


class IdentifierConvertor(StringConvertor):
    """Matches the ids of the dossier, and so leaves the dot of ``.json`` to the representation."""

    regex = "[a-z0-9]+(?:-[a-z0-9]+)*"


register_url_convertor("language", LanguageConvertor())
register_url_convertor("id", IdentifierConvertor())

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


class PageRoute(Route):
    """A page, or its twin with this ending, at its address. ``takes`` makes a visit of a request, in the event loop.

    The handler is given the visit and, by name, what else it asks for: the request, or the id in the path. It works on
    a thread of its own. A handler names how it is visited in the annotation of ``visit``. FastAPI's own routes do the
    same and more, for each request and for each of three hundred addresses at every start: see decision 0036.
    """

    def __init__(self, page: str, suffix: str, handler: Callable[..., Response]) -> None:
        takes: Callable[[Request, str], Awaitable[Any]] = handler.__annotations__["visit"].__metadata__[0]
        self.takes = takes
        wants_request, wants_id = (name in handler.__annotations__ for name in ("request", "identifier"))

        async def answer(request: Request) -> Response:
            given: dict[str, Any] = {"visit": await takes(request, page)}
            if wants_request:
                given["request"] = request
            if wants_id:
                given["identifier"] = request.path_params.get("identifier", "")
            return await run_in_threadpool(handler, **given)

        path = f"/{{language:language}}{twin_of(page, suffix) if suffix else page}"
        super().__init__(path, answer, methods=["GET", "HEAD"], name=handler.__name__, include_in_schema=False)


routes: list[PageRoute] = []
"""The routes of all pages, in the order in which they are tried."""


def serve(path: str, suffixes: Iterable[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Serve a handler at a path below both languages, with each of these endings (nothing for the page itself)."""

    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        for suffix in suffixes:
            TWINS.setdefault(path, set()).add(suffix)
            routes.append(PageRoute(path, suffix, handler))
        # The first route that fits answers: a page with a name of its own comes before one that takes any id.
        routes.sort(key=lambda route: "{identifier" in route.path)
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
    head = "/{language:language}"
    paths = [route.path.removeprefix(head) for route in routes]
    named = [path for path in paths if "{" not in path and not suffix_of(path) and path != "/styleguide"]
    named += [
        f"/{kind}/{each}" for kind, names in MAIN_KINDS.items() for each in list(release.names[names])[:MOST_OF_A_KIND]
    ]
    return [f"/{language}{path}" for path in sorted(named, key=len) for language in LANGUAGES]
