"""How a page is put at its address: for GET and HEAD, in either language, and nothing else."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.convertors import StringConvertor, register_url_convertor

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
ATOM_SUFFIX = ".atom"

router = APIRouter(include_in_schema=False)


SUFFIXES = (DATA_SUFFIX, SVG_SUFFIX, CSV_SUFFIX, ATOM_SUFFIX)
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
