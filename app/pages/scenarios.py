"""The scenario panel, one scenario, and one impact area."""

from dataclasses import dataclass

from starlette.responses import Response

from app.filters import Filter
from app.pages.routing import page
from app.pages.visit import Frame, PageNotFound, PanelVisit, PlainVisit
from app.queries.claims import ClaimLink, link_claims
from app.queries.listings import all_ids
from app.queries.scenarios import AreaLine, ImpactCell, ScenarioCard, list_areas, list_scenarios
from app.rendering.data import area_data, filter_data, impact_data, panel_data, scenario_data
from app.rendering.panel import Choice, present_choices
from app.vocabulary import Listing


@dataclass(frozen=True)
class PanelPage:
    """``shown`` are the scenarios and ``areas`` the impact areas picked; all of them where none is picked."""

    frame: Frame
    scenario_choices: tuple[Choice, ...]
    area_choices: tuple[Choice, ...]
    shown: tuple[ScenarioCard, ...]
    areas: tuple[AreaLine, ...]
    clear: str | None


@dataclass(frozen=True)
class ScenarioPage:
    frame: Frame
    scenario: ScenarioCard


@dataclass(frozen=True)
class ImpactPage:
    frame: Frame
    area: AreaLine
    impacts: tuple[tuple[ScenarioCard, ImpactCell], ...]
    claims: tuple[ClaimLink, ...]


@page("/scenarios")
def scenarios(visit: PanelVisit) -> Response:
    with visit.session() as session:
        cards = list_scenarios(session, viewpoint=visit.viewpoint)
        areas = list_areas(session, viewpoint=visit.viewpoint)
    chosen, to = visit.chosen, visit.frame.to
    context = PanelPage(
        frame=visit.frame,
        scenario_choices=present_choices("scenario", [(each.id, each.name) for each in cards], chosen, to),
        area_choices=present_choices("impact", [(each.id, each.name) for each in areas], chosen, to),
        shown=tuple(each for each in cards if not chosen.scenario or each.id in chosen.scenario),
        areas=tuple(each for each in areas if not chosen.impact or each.id in chosen.impact),
        clear=to.page(visit.path, chosen.unfiltered()) if chosen.scenario or chosen.impact else None,
    )
    return visit.respond(
        "scenarios/panel.html",
        context,
        lambda: {"filter": filter_data(chosen), **panel_data(context.shown, context.areas, to)},
    )


@page("/scenarios/{identifier:id}")
def scenario(visit: PlainVisit, identifier: str) -> Response:
    with visit.session() as session:
        cards = list_scenarios(session, viewpoint=visit.viewpoint)
    found = next((each for each in cards if each.id == identifier), None)
    if found is None:
        raise PageNotFound
    return visit.respond(
        "scenarios/one.html",
        ScenarioPage(visit.frame, found),
        lambda: {
            "item": scenario_data(found, visit.frame.to),
            "impacts": [impact_data(cell, visit.frame.to) for cell in found.impacts],
        },
    )


@page("/impacts/{identifier:id}")
def impact(visit: PlainVisit, identifier: str) -> Response:
    viewpoint = visit.viewpoint
    with visit.session() as session:
        area = next((each for each in list_areas(session, viewpoint=viewpoint) if each.id == identifier), None)
        if area is None:
            raise PageNotFound
        cards = list_scenarios(session, viewpoint=viewpoint)
        ids = all_ids(session, listing=Listing.CLAIMS, chosen=Filter(impact=(identifier,)), as_of=viewpoint.as_of)
        claims = link_claims(session, ids=ids, viewpoint=viewpoint)
    impacts = tuple((card, cell) for card in cards for cell in card.impacts if cell.area == identifier)
    return visit.respond(
        "impacts/one.html",
        ImpactPage(visit.frame, area, impacts, claims),
        lambda: {
            "item": area_data(area, visit.frame.to),
            "impacts": [impact_data(cell, visit.frame.to) for _, cell in impacts],
            "claims": [each.id for each in claims],
        },
    )
