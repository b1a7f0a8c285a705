"""All figures, and one figure with its readings side by side."""

from msgspec import Struct
from starlette.responses import Response

from app.pages.listing import filtered
from app.pages.routing import page
from app.pages.visit import FiguresVisit, Frame, PageNotFound, PlainVisit
from app.queries.figures import FigureCard, FigureDetail, read_figure, read_figures
from app.rendering.charts.frame import Chart
from app.rendering.charts.readings import present_readings
from app.rendering.data import figure_data
from app.rendering.listing import ListingView
from app.vocabulary import Listing


class FiguresPage(Struct, frozen=True):
    frame: Frame
    listing: ListingView
    figures: tuple[FigureCard, ...]


class FigurePage(Struct, frozen=True):
    """``chart`` is there where the readings can be drawn on a logarithmic scale."""

    frame: Frame
    detail: FigureDetail
    chart: Chart | None


@page("/figures")
def figures(visit: FiguresVisit) -> Response:
    with visit.session() as session:
        listed, view = filtered(session, visit, Listing.FIGURES)
        cards = read_figures(session, ids=listed.ids, viewpoint=visit.viewpoint)
    return visit.respond(
        "figures/list.html",
        FiguresPage(visit.frame, view, cards),
        lambda: visit.listed(view, (figure_data(each, visit.frame.to) for each in cards)),
    )


@page("/figures/{identifier:id}")
def figure(visit: PlainVisit, identifier: str) -> Response:
    with visit.session() as session:
        detail = read_figure(session, identifier=identifier, viewpoint=visit.viewpoint)
    if detail is None:
        raise PageNotFound
    return visit.respond(
        "figures/one.html",
        FigurePage(visit.frame, detail, present_readings(detail.card, visit.frame.day, visit.frame.to)),
        lambda: {"item": figure_data(detail.card, visit.frame.to)},
    )
