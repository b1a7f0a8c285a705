"""Frozen addresses: below ``/r/RELEASE`` every page answers as that release said it; and the release's file itself.

The mount only takes the prefix off; ``understand`` reads the release from the address and the rest follows from it.
"""

from base64 import b64encode

from fastapi import APIRouter, FastAPI, Request
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.responses import FileResponse, RedirectResponse, Response

from app.pages import languages, routing
from app.releases import ID_PATTERN, CurrentRelease
from app.rendering.addresses import base_of, frozen_of
from app.rendering.respond import matches
from app.shelf import ReleaseGone, sha256_of


class ReleaseConvertor(StringConvertor):
    """Matches what can be the id of a release, and nothing else."""

    regex = ID_PATTERN


register_url_convertor("release", ReleaseConvertor())


def to_overview(request: Request) -> Response:
    """Lead to the overview of a release."""
    return RedirectResponse(f"{base_of(request.scope)}/", 307, headers={"Cache-Control": "no-cache"})


def whole_release(request: Request) -> Response:
    """The release as one file, in parts where a reader asks for a range, with the digest of the whole (RFC 9530).

    It needs no release to be opened, so it is there for one whose schema this program cannot read.
    """
    current: CurrentRelease = request.app.state.current
    wanted = frozen_of(request.scope)
    release = current.folder.find(wanted or current.get().id)
    if release is None:
        raise ReleaseGone(wanted or current.get().id)
    digest = sha256_of(release.path)
    tag = f'"{digest.hex()}"'
    headers = {
        "ETag": tag,
        "Repr-Digest": f"sha-256=:{b64encode(digest).decode()}:",
        "Cache-Control": "public, max-age=3600" if wanted else "no-cache",
        # Otherwise it would be compressed, and neither a range nor the digest would be of the file's own bytes.
        "Content-Encoding": "identity",
    }
    if matches(request.headers.get("If-None-Match", ""), tag):
        return Response(status_code=304, headers=headers)
    name = f"faultlines-{release.id}.sqlite"
    return FileResponse(
        release.path,
        headers=headers,
        media_type="application/vnd.sqlite3",
        filename=name,
        stat_result=release.path.stat(),
    )


def mount(app: FastAPI) -> None:
    """Serve all pages below the address of a release too; the routes are the very same."""
    inner = APIRouter(redirect_slashes=False)
    inner.include_router(routing.router)
    inner.include_router(languages.router)
    for path, handler in (
        ("/data.sqlite", whole_release),
        ("/r/{release:release}/data.sqlite", whole_release),
        ("/r/{release:release}", to_overview),
    ):
        app.add_api_route(path, handler, methods=["GET", "HEAD"], include_in_schema=False)
    app.mount("/r/{release:release}", inner)
