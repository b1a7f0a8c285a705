"""Arithmetic on the figures: the reader chooses readings in the address and sees how far each moves the result."""

from dataclasses import dataclass

from starlette.responses import Response

from app.pages.routing import page
from app.pages.visit import ExposureVisit, Frame
from app.queries.exposure import list_calculations
from app.rendering.data import exposure_data, filter_data
from app.rendering.exposure import CalculationView, present_calculation


@dataclass(frozen=True)
class ExposurePage:
    """``action`` is where the form leads; ``clear`` drops all choices, where there are any.

    ``left_out`` counts the calculations on figures of which nothing had been published.
    """

    frame: Frame
    calculations: tuple[CalculationView, ...]
    left_out: int
    action: str
    clear: str | None


@page("/scenarios/exposure")
def exposure(visit: ExposureVisit) -> Response:
    with visit.session() as session:
        listed = list_calculations(session, viewpoint=visit.viewpoint)
    chosen, to = visit.chosen, visit.frame.to
    views = tuple(present_calculation(each, chosen, to, visit.frame.language) for each in listed.known)
    clear = to.page(visit.path, chosen.unfiltered()) if chosen.x else None
    context = ExposurePage(visit.frame, views, listed.left_out, visit.frame.here.partition("?")[0], clear)
    return visit.respond(
        "scenarios/exposure.html",
        context,
        lambda: {"filter": filter_data(chosen), **exposure_data(views, listed.left_out, to)},
    )
