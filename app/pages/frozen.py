"""Frozen addresses: below ``/r/RELEASE`` every page answers as that release said it; and the release's file itself.

The mount only takes the prefix off; ``understand`` reads the release from the address and the rest follows from it.
"""

import re
from base64 import b64encode

from fastapi import APIRouter, FastAPI, Request
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse

from app.current import CurrentRelease
from app.pages import languages, routing
from app.releases.files import ID_PATTERN
from app.releases.store import Store
from app.rendering.addresses import base_of, frozen_of
from app.rendering.respond import matches
from app.shelf import ReleaseGone


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
    store = current.store
    release = store.find(wanted or current.get().id)
    if release is None:
        raise ReleaseGone(wanted or current.get().id)
    digest = store.digest_of(release.id)
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
    path = store.file_of(release.id)
    if path is None:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return _from_store(request, store, release.id, headers)
    return FileResponse(path, headers=headers, media_type=SQLITE, filename=name, stat_result=path.stat())


SQLITE = "application/vnd.sqlite3"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def _from_store(request: Request, store: Store, release_id: str, headers: dict[str, str]) -> Response:
    """The file out of a store where it lies in pieces: all of it, or the one range that is asked for (RFC 9110)."""
    size = store.size_of(release_id)
    start, stop, status = 0, size, 200
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked and any(asked.groups()) and request.headers.get("If-Range", headers["ETag"]) == headers["ETag"]:
        first, last = (int(each) if each else None for each in asked.groups())
        start = max(0, size - (last or 0)) if first is None else first
        stop = size if first is None or last is None else min(size, last + 1)
        if start >= stop:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        headers["Content-Range"], status = f"bytes {start}-{stop - 1}/{size}", 206
    headers |= {"Accept-Ranges": "bytes", "Content-Length": str(stop - start)}
    pieces = store.read(release_id, start, stop) if request.method != "HEAD" else iter(())
    return StreamingResponse(pieces, status, headers, media_type=SQLITE)


def mount(app: FastAPI) -> None:
    """Serve all pages below the address of a release too; the routes are the very same."""
    inner = APIRouter(redirect_slashes=False)
    inner.routes.append(routing.Pages())
    inner.include_router(languages.router)
    for path, handler in (
        ("/data.sqlite", whole_release),
        ("/r/{release:release}/data.sqlite", whole_release),
        ("/r/{release:release}", to_overview),
    ):
        app.add_api_route(path, handler, methods=["GET", "HEAD"], include_in_schema=False)
    app.mount("/r/{release:release}", inner)
