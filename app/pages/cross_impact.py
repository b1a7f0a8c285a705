"""Which outcomes in the four impact areas hold one another up: all combinations checked, the consistent ones listed."""

from msgspec import Struct
from starlette.responses import Response

from app.pages.routing import page
from app.pages.visit import Frame, PlainVisit
from app.queries.cross_impact import CrossImpact, InfluenceLine, read_cross_impact
from app.rendering.cross_impact import combination_sentence
from app.rendering.data import cross_impact_data
from app.scenarios.cross_impact import Combination, Outcome, consistent_combinations, count_combinations


class CrossImpactPage(Struct, frozen=True):
    """``names`` gives each outcome's name, ``cells`` the judgement of one outcome on another, where there is one.

    ``checked`` is how many combinations there are; the ``consistent`` ones come with their sentences.
    """

    frame: Frame
    judged: CrossImpact
    names: dict[Outcome, str]
    cells: dict[tuple[Outcome, Outcome], InfluenceLine]
    checked: int
    consistent: tuple[tuple[Combination, str], ...]


@page("/scenarios/cross-impact")
def cross_impact(visit: PlainVisit) -> Response:
    with visit.session() as session:
        judged = read_cross_impact(session, viewpoint=visit.viewpoint)
    matrix = judged.matrix
    names = {outcome.key: outcome.name for each in judged.descriptors for outcome in each.outcomes}
    context = CrossImpactPage(
        frame=visit.frame,
        judged=judged,
        names=names,
        cells={(each.cause, each.effect): each for each in judged.influences},
        checked=count_combinations(matrix),
        consistent=tuple(
            (each, combination_sentence(each, names, visit.frame.language)) for each in consistent_combinations(matrix)
        ),
    )
    return visit.respond(
        "scenarios/cross-impact.html",
        context,
        lambda: cross_impact_data(judged, context.checked, context.consistent, visit.frame.to),
    )
