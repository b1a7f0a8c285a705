"""What the site is made of, for those who watch for faults in the parts of others (CycloneDX)."""

from functools import cache

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.rendering.respond import entity_tag, matches
from app.settings import PROJECT

SBOM = PROJECT / "app" / "sbom.json"
"""Made by ``make sbom`` from the lock file, and held by a check to be what that says."""
SBOM_PATH = "/sbom.json"
MEDIA_TYPE = "application/vnd.cyclonedx+json; version=1.6"

router = APIRouter(include_in_schema=False)


@cache
def read_sbom() -> str:
    return SBOM.read_text("utf-8")


@router.api_route(SBOM_PATH, methods=["GET", "HEAD"])
def sbom(request: Request) -> Response:
    tag = entity_tag(SBOM_PATH, read_sbom())
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if matches(request.headers.get("If-None-Match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(read_sbom(), headers=headers, media_type=MEDIA_TYPE)
