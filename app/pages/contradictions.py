"""Who says against whom."""

from msgspec import Struct
from starlette.responses import Response

from app.pages.routing import page
from app.pages.visit import Frame, PlainVisit
from app.queries.contradictions import MOST_PAIRS, Contradiction, list_contradictions
from app.rendering.data import contradiction_data


class ContradictionsPage(Struct, frozen=True):
    """``most`` is set where there may be more pairs than that."""

    frame: Frame
    pairs: tuple[Contradiction, ...]
    most: int | None


@page("/contradictions")
def contradictions(visit: PlainVisit) -> Response:
    with visit.session() as session:
        pairs = list_contradictions(session, viewpoint=visit.viewpoint)
    return visit.respond(
        "contradictions.html",
        ContradictionsPage(visit.frame, pairs, MOST_PAIRS if len(pairs) == MOST_PAIRS else None),
        lambda: {
            "count": len(pairs),
            "items": [contradiction_data(each, visit.frame.to) for each in pairs],
            "next": None,
        },
    )
