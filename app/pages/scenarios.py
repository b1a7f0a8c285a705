"""The scenario panel, one scenario, and one impact area."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace
from starlette.responses import Response

from app.filters import BadParameter, Fault, Filter
from app.pages.routing import page
from app.pages.visit import Frame, PageNotFound, PanelVisit, PlainVisit
from app.queries.claims import ClaimLink, link_claims
from app.queries.listings import all_ids
from app.queries.scenarios import AreaLine, ImpactCell, ScenarioCard, list_areas, list_scenarios
from app.rendering.data import area_data, filter_data, impact_data, panel_data, scenario_data, weighted_data
from app.rendering.panel import (
    Choice,
    WeightsView,
    cells_where_they_meet,
    present_choices,
    present_weights,
    strengths_of,
    weigh_cards,
)
from app.vocabulary import Listing


class PanelPage(Struct, frozen=True):
    """``shown`` are the scenarios and ``areas`` the impact areas picked; all of them where none is picked."""

    frame: Frame
    scenario_choices: tuple[Choice, ...]
    area_choices: tuple[Choice, ...]
    shown: tuple[ScenarioCard, ...]
    areas: tuple[AreaLine, ...]
    clear: str | None
    opened: str | None
    cell_addresses: Mapping[str, str]
    weights: WeightsView


class ScenarioPage(Struct, frozen=True):
    frame: Frame
    scenario: ScenarioCard


class ImpactPage(Struct, frozen=True):
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
    shown = tuple(each for each in cards if not chosen.scenario or each.id in chosen.scenario)
    focused = tuple(each for each in areas if not chosen.impact or each.id in chosen.impact)
    cells = cells_where_they_meet(shown, focused)
    if chosen.cell and chosen.cell not in cells:
        raise BadParameter("cell", chosen.cell, Fault.UNKNOWN_VALUE, cells)
    weighted = weigh_cards(cards, focused, chosen)
    context = PanelPage(
        frame=visit.frame,
        scenario_choices=present_choices("scenario", [(each.id, each.name) for each in cards], chosen, to),
        area_choices=present_choices("impact", [(each.id, each.name) for each in areas], chosen, to),
        shown=shown,
        areas=focused,
        clear=to.page(visit.path, replace(chosen, scenario=(), impact=(), cell=None)) if chosen.is_picked else None,
        opened=chosen.cell,
        cell_addresses={each: to.cell(each, chosen) for each in cells},
        weights=present_weights(cards, focused, weighted, chosen, to),
    )
    return visit.respond(
        "scenarios/panel.html",
        context,
        lambda: {
            "filter": filter_data(chosen),
            **panel_data(shown, focused, to),
            **(weighted_data(weighted, strengths_of(cards)) if weighted else {}),
        },
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
