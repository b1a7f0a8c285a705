"""Frozen addresses: below ``/r/RELEASE`` every page answers as that release said it.

The mount only takes the prefix off; ``understand`` reads the release from the address and the rest follows from it.
"""

from fastapi import APIRouter, FastAPI, Request
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.responses import RedirectResponse, Response

from app.pages import languages, routing
from app.releases import ID_PATTERN
from app.rendering.addresses import base_of


class ReleaseConvertor(StringConvertor):
    """Matches what can be the id of a release, and nothing else."""

    regex = ID_PATTERN


register_url_convertor("release", ReleaseConvertor())

router = APIRouter(include_in_schema=False)


@router.api_route("/r/{release:release}", methods=["GET", "HEAD"])
def to_overview(request: Request) -> Response:
    """Lead to the overview of a release."""
    return RedirectResponse(f"{base_of(request.scope)}/", 307, headers={"Cache-Control": "no-cache"})


def mount(app: FastAPI) -> None:
    """Serve all pages below the address of a release too; the routes are the very same."""
    inner = APIRouter(redirect_slashes=False)
    inner.include_router(routing.router)
    inner.include_router(languages.router)
    app.include_router(router)
    app.mount("/r/{release:release}", inner)
