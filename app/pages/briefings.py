"""One issue in a minute, made to be printed: every sentence ends with the claims it rests on."""

from msgspec import Struct
from starlette.responses import Response

from app.pages.routing import page
from app.pages.visit import Frame, PageNotFound, PlainVisit
from app.queries.briefings import Briefing, read_briefing
from app.rendering.data import briefing_data


class BriefingPage(Struct, frozen=True):
    frame: Frame
    briefing: Briefing


@page("/issues/{identifier:id}/briefing")
def briefing(visit: PlainVisit, identifier: str) -> Response:
    with visit.session() as session:
        found = read_briefing(session, identifier=identifier, viewpoint=visit.viewpoint)
    if found is None:
        raise PageNotFound
    return visit.respond(
        "issues/briefing.html",
        BriefingPage(visit.frame, found),
        lambda: {"item": briefing_data(found, visit.frame.to)},
    )
