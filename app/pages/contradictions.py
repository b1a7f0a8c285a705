"""Who says against whom."""

from msgspec import Struct
from starlette.responses import Response

from app.pages.paging import Paging, turn_to
from app.pages.routing import page
from app.pages.visit import Frame, PagedVisit
from app.queries.contradictions import Contradiction, count_contradictions, list_contradictions
from app.rendering.data import contradiction_data


class ContradictionsPage(Struct, frozen=True):
    """``count`` is of all pairs, on whatever page."""

    frame: Frame
    count: int
    pairs: tuple[Contradiction, ...]
    paging: Paging


@page("/contradictions")
def contradictions(visit: PagedVisit) -> Response:
    with visit.session() as session:
        count = count_contradictions(session, as_of=visit.viewpoint.as_of)
        paging = turn_to(visit, count)
        pairs = list_contradictions(session, viewpoint=visit.viewpoint, skip=paging.skip, size=paging.size)
    return visit.respond(
        "contradictions.html",
        ContradictionsPage(visit.frame, count, pairs, paging),
        lambda: {
            "count": count,
            "items": [contradiction_data(each, visit.frame.to, visit.chosen) for each in pairs],
            "next": paging.next_data,
        },
    )
