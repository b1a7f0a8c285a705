"""Each chart at an address of its own, with its drawing and its table for download."""

from starlette.responses import Response

from app.pages.exposure import own_choices
from app.pages.routing import page
from app.pages.visit import EvidenceVisit, ExposureVisit, PageNotFound, PlainVisit, TimelineVisit
from app.queries.developments import list_newest
from app.queries.exposure import list_calculations
from app.queries.figures import read_figure
from app.queries.issues import read_histories, read_issue
from app.queries.scenario_evidence import read_evidence
from app.queries.scenarios import list_areas, list_scenarios
from app.rendering.charts.frame import CSV_SUFFIX, SVG_SUFFIX
from app.rendering.charts.matrix import present_matrix
from app.rendering.charts.ranking import present_ranking
from app.rendering.charts.readings import present_readings
from app.rendering.charts.shares import present_attribution, present_mix
from app.rendering.charts.swings import present_swings
from app.rendering.charts.timeline import present_timeline
from app.rendering.exposure import present_calculation

DOWNLOADS = (SVG_SUFFIX, CSV_SUFFIX)


@page("/charts/timeline", *DOWNLOADS)
def timeline(visit: TimelineVisit) -> Response:
    viewpoint, chosen = visit.viewpoint, visit.chosen
    with visit.session() as session:
        drawn = list_newest(session, chosen=chosen, viewpoint=viewpoint)
        histories = read_histories(session, viewpoint=viewpoint)
    frame = visit.frame
    return visit.draw(
        present_timeline(
            drawn.entries,
            histories,
            frame.all_names("issue"),
            chosen=chosen,
            as_of=frame.as_of,
            to=frame.to,
            left_out=drawn.left_out,
        )
    )


@page("/charts/mix-{identifier:id}", *DOWNLOADS)
def mix(visit: PlainVisit, identifier: str) -> Response:
    with visit.session() as session:
        detail = read_issue(session, identifier=identifier, viewpoint=visit.viewpoint)
    return visit.draw(present_mix(detail.card, visit.frame.day, visit.frame.to) if detail else None)


@page("/charts/attribution-{identifier:id}", *DOWNLOADS)
def attribution(visit: PlainVisit, identifier: str) -> Response:
    with visit.session() as session:
        detail = read_issue(session, identifier=identifier, viewpoint=visit.viewpoint)
    return visit.draw(present_attribution(detail.card, visit.frame.day, visit.frame.to) if detail else None)


@page("/charts/readings-{identifier:id}", *DOWNLOADS)
def readings(visit: PlainVisit, identifier: str) -> Response:
    with visit.session() as session:
        detail = read_figure(session, identifier=identifier, viewpoint=visit.viewpoint)
    return visit.draw(present_readings(detail.card, visit.frame.day, visit.frame.to) if detail else None)


@page("/charts/scenarios", *DOWNLOADS)
def scenarios(visit: PlainVisit) -> Response:
    with visit.session() as session:
        cards = list_scenarios(session, viewpoint=visit.viewpoint)
        areas = list_areas(session, viewpoint=visit.viewpoint)
    return visit.draw(present_matrix(cards, areas, visit.frame.day, visit.frame.to))


@page("/charts/ranking", *DOWNLOADS)
def ranking(visit: EvidenceVisit) -> Response:
    chosen, viewpoint = visit.chosen, visit.viewpoint
    with visit.session() as session:
        table = read_evidence(session, viewpoint=viewpoint, without=chosen.values("without"))
    return visit.draw(present_ranking(table, chosen, viewpoint.as_of, visit.frame.to))


@page("/charts/swings-{identifier:id}", *DOWNLOADS)
def swings(visit: ExposureVisit, identifier: str) -> Response:
    chosen, to = own_choices(identifier, visit), visit.frame.to
    with visit.session() as session:
        listed = list_calculations(session, viewpoint=visit.viewpoint)
    line = next((each for each in listed.known if each.id == identifier), None)
    if line is None:
        raise PageNotFound
    view = present_calculation(line, chosen, to, to.language)
    return visit.draw(present_swings(view, chosen, visit.frame.day, to))
