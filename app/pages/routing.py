"""How a page is put at its address: for GET and HEAD, in either language, and nothing else."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.convertors import Convertor, register_url_convertor

from app.rendering.translations import LANGUAGES


class LanguageConvertor(Convertor[str]):
    """Matches the languages there are, so that ``/de/claims`` is simply not found."""

    regex = "|".join(LANGUAGES)

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("language", LanguageConvertor())

router = APIRouter(include_in_schema=False)


def page(path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Serve a handler at a path below both languages."""
    return router.api_route(f"/{{language:language}}{path}", methods=["GET", "HEAD"])
