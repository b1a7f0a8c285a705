"""Arithmetic on the figures: the reader chooses readings in the address and sees how far each moves the result."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace
from starlette.responses import Response

from app.filters import INPUT, BadParameter, Fault, Filter
from app.pages.routing import page
from app.pages.visit import ExposureVisit, Frame, Visit
from app.queries.exposure import list_calculations
from app.rendering.charts.frame import Chart
from app.rendering.charts.swings import present_swings
from app.rendering.data import exposure_data, filter_data
from app.rendering.exposure import CalculationView, present_calculation


class ExposurePage(Struct, frozen=True):
    """``charts`` are those of the calculations whose inputs move the result, by their ids.

    ``action`` is where the form leads; ``clear`` drops all choices, where there are any. ``left_out`` counts the
    calculations on figures of which nothing had been published.
    """

    frame: Frame
    calculations: tuple[CalculationView, ...]
    charts: Mapping[str, Chart | None]
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
    charts = {
        each.line.id: present_swings(each, choices_for(each.line.id, chosen), visit.frame.day, to) for each in views
    }
    context = ExposurePage(visit.frame, views, charts, listed.left_out, visit.frame.here.partition("?")[0], clear)
    return visit.respond(
        "scenarios/exposure.html",
        context,
        lambda: {"filter": filter_data(chosen), **exposure_data(views, listed.left_out, to)},
    )


def choices_for(calculation: str, chosen: Filter) -> Filter:
    """What a filter holds of one calculation: the address of its chart names no other's readings."""
    return replace(chosen, x=tuple(each for each in chosen.x if _of(calculation, each[0])))


def own_choices(calculation: str, visit: Visit) -> Filter:
    """The choices of a page that is about one calculation; raise ``BadParameter`` where they concern another."""
    for name, reading in visit.chosen.x:
        if not _of(calculation, name):
            own = [f"{INPUT}{each}" for each in visit.release.inputs if _of(calculation, each)]
            raise BadParameter(f"{INPUT}{name}", reading, Fault.UNKNOWN_PARAMETER, ["as_of", *own])
    return visit.chosen


def _of(calculation: str, name: str) -> bool:
    return name.rpartition(".")[0] == calculation
