"""What was done so that everybody can read the site, how that was tested, what falls short, and whom to tell."""

from datetime import date

from fastapi import Request
from msgspec import Struct
from starlette.responses import Response

from app.pages.routing import page
from app.pages.visit import Frame, PlainVisit
from app.settings import Settings

REVIEWED = date(2026, 11, 23)
"""The day on which the statement was last held against the site. Change it with what the page says."""


class AccessibilityPage(Struct, frozen=True):
    """``contact`` is the operator's e-mail address or page for complaints, if one is set."""

    frame: Frame
    contact: str | None
    reviewed: date


@page("/accessibility")
def accessibility(visit: PlainVisit, request: Request) -> Response:
    settings: Settings = request.app.state.settings
    return visit.respond(
        "accessibility.html",
        AccessibilityPage(visit.frame, settings.contact, REVIEWED),
        lambda: {"standard": "WCAG 2.2 AA", "reviewed": REVIEWED.isoformat(), "contact": settings.contact},
    )
