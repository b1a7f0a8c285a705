"""All figures, and one figure with its readings side by side."""

from dataclasses import dataclass

from starlette.responses import Response

from app.charts.strip import Reading as Mark
from app.charts.strip import Strip, draw_strip
from app.pages.listing import filtered
from app.pages.routing import page
from app.pages.visit import FiguresVisit, Frame, PageNotFound, PlainVisit
from app.queries.figures import FigureCard, FigureDetail, read_figure, read_figures
from app.rendering.data import figure_data
from app.rendering.listing import ListingView
from app.vocabulary import Listing


@dataclass(frozen=True)
class FiguresPage:
    frame: Frame
    listing: ListingView
    figures: tuple[FigureCard, ...]


@dataclass(frozen=True)
class FigurePage:
    """``strip`` is the drawing of the readings, where they can be drawn on a logarithmic scale."""

    frame: Frame
    detail: FigureDetail
    strip: Strip | None


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
    strip = draw_strip(
        [Mark(each.id, each.value, each.upper, each.bound, each.measure) for each in detail.card.readings]
    )
    return visit.respond(
        "figures/one.html",
        FigurePage(visit.frame, detail, strip),
        lambda: {"item": figure_data(detail.card, visit.frame.to)},
    )
