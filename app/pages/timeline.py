"""Developments in the order of their dates."""

from msgspec import Struct
from starlette.responses import Response

from app.pages.listing import filtered
from app.pages.routing import page
from app.pages.visit import DevelopmentsVisit, Frame
from app.queries.developments import DevelopmentEntry, list_newest, read_developments
from app.queries.issues import read_histories
from app.rendering.charts.frame import Chart
from app.rendering.charts.timeline import chart_filter, present_timeline
from app.rendering.data import development_data
from app.rendering.listing import ListingView
from app.vocabulary import Listing


class TimelinePage(Struct, frozen=True):
    frame: Frame
    listing: ListingView
    developments: tuple[DevelopmentEntry, ...]
    chart: Chart | None


@page("/timeline")
def timeline(visit: DevelopmentsVisit) -> Response:
    with visit.session() as session:
        listed, view = filtered(session, visit, Listing.DEVELOPMENTS)
        chosen, as_of = chart_filter(visit.chosen), visit.viewpoint.as_of
        entries = read_developments(session, ids=listed.ids, viewpoint=visit.viewpoint)
        drawn = list_newest(session, chosen=chosen, viewpoint=visit.viewpoint)
        histories = read_histories(session, viewpoint=visit.viewpoint)
    names, to = visit.frame.all_names("issue"), visit.frame.to
    chart = present_timeline(
        drawn.entries, histories, names, chosen=chosen, as_of=as_of, to=to, left_out=drawn.left_out
    )
    return visit.respond(
        "timeline.html",
        TimelinePage(visit.frame, view, entries, chart),
        lambda: visit.listed(view, (development_data(each, visit.frame.to) for each in entries)),
    )
