"""For those who run the site: is the process alive, and is it ready to serve?"""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from app.releases import CurrentRelease, NoRelease

router = APIRouter()


@router.api_route("/healthz", methods=["GET", "HEAD"], summary="Is the process alive?")
def healthz() -> Response:
    return JSONResponse({"status": "alive"}, headers={"Cache-Control": "no-store"})


@router.api_route("/readyz", methods=["GET", "HEAD"], summary="Is there a release to serve?")
def readyz(request: Request) -> Response:
    """``ready`` with the release served; with ``problem`` where a newer one could not be opened; 503 without any."""
    current: CurrentRelease = request.app.state.current
    headers = {"Cache-Control": "no-store"}
    try:
        release = current.get()
    except NoRelease as error:
        return JSONResponse({"status": "unavailable", "problem": str(error)}, 503, headers)
    body = {"status": "ready", "release": release.id, "claims": release.claims}
    if current.problem:
        body["problem"] = current.problem
    return JSONResponse(body, headers=headers)
