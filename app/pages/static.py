"""The files that pages load: kept by browsers for a year under their lasting names, checked each time under others."""

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.caching.basis import rest_on_the_program
from app.rendering.static_files import find_static

FOR_GOOD = "public, max-age=31536000, immutable"


async def static_files(scope: Scope, receive: Receive, send: Send) -> None:
    """An ASGI application, mounted at ``/static``. It sends whole files: none is long, and all are compressed."""
    if scope["method"] not in ("GET", "HEAD"):
        raise HTTPException(405)
    found = find_static(scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/"))
    if found is None:
        raise HTTPException(404)
    file, lasting = found
    # Names without end lead to a file as it is now; only the one that lasts is worth keeping.
    if lasting:
        rest_on_the_program(scope)
    headers = {
        "ETag": f'W/"{file.digest}"',
        "Cache-Control": FOR_GOOD if lasting else "no-cache",
        "Content-Type": file.media_type,
    }
    await Response(file.body, headers=headers)(scope, receive, send)
