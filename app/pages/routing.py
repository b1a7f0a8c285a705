"""How a page is put at its address: for GET and HEAD, in either language, and nothing else."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.convertors import StringConvertor, register_url_convertor

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

router = APIRouter(include_in_schema=False)


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


def serve(path: str, suffixes: Iterable[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Serve a handler at a path below both languages, with each of these endings (nothing for the page itself)."""

    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        for suffix in suffixes:
            TWINS.setdefault(path, set()).add(suffix)
            place = twin_of(path, suffix) if suffix else path
            router.add_api_route(f"/{{language:language}}{place}", handler, methods=["GET", "HEAD"])
        # The first route that fits answers: a page with a name of its own comes before one that takes any id.
        router.routes.sort(key=lambda route: "{identifier" in getattr(route, "path", ""))
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
    served: list[str] = [getattr(route, "path", "") for route in router.routes]
    paths = [path.removeprefix(head) for path in served if path.startswith(head)]
    named = [path for path in paths if "{" not in path and not suffix_of(path) and path != "/styleguide"]
    named += [
        f"/{kind}/{each}" for kind, names in MAIN_KINDS.items() for each in list(release.names[names])[:MOST_OF_A_KIND]
    ]
    return [f"/{language}{path}" for path in sorted(named, key=len) for language in LANGUAGES]
