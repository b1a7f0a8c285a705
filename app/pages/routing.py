"""How a page is put at its address: for GET and HEAD, in either language, and nothing else."""

from collections.abc import Callable
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

router = APIRouter(include_in_schema=False)


SUFFIXES = (DATA_SUFFIX, SVG_SUFFIX, CSV_SUFFIX)
"""The endings of an address that ask for something else than the page."""


def suffix_of(path: str) -> str:
    """What an address asks for: one of the endings, or nothing for the page."""
    return next((suffix for suffix in SUFFIXES if path.endswith(suffix)), "")


def page(path: str, *twins: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Serve a handler at a path below both languages, as a page, with ``.json`` as data, and with these other twins."""

    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        for suffix in ("",) if path.endswith("/") else ("", DATA_SUFFIX, *twins):
            router.add_api_route(f"/{{language:language}}{path}{suffix}", handler, methods=["GET", "HEAD"])
        # The first route that fits answers: a page with a name of its own comes before one that takes any id.
        router.routes.sort(key=lambda route: "{identifier" in getattr(route, "path", ""))
        return handler

    return register


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
