"""Developments in the order of their dates."""

from dataclasses import dataclass

from starlette.responses import Response

from app.pages.listing import filtered
from app.pages.routing import page
from app.pages.visit import DevelopmentsVisit, Frame
from app.queries.developments import DevelopmentEntry, read_developments
from app.rendering.data import development_data
from app.rendering.listing import ListingView
from app.vocabulary import Listing


@dataclass(frozen=True)
class TimelinePage:
    frame: Frame
    listing: ListingView
    developments: tuple[DevelopmentEntry, ...]


@page("/timeline")
def timeline(visit: DevelopmentsVisit) -> Response:
    with visit.session() as session:
        listed, view = filtered(session, visit, Listing.DEVELOPMENTS)
        entries = read_developments(session, ids=listed.ids, viewpoint=visit.viewpoint)
    return visit.respond(
        "timeline.html",
        TimelinePage(visit.frame, view, entries),
        lambda: visit.listed(view, (development_data(each, visit.frame.to) for each in entries)),
    )
