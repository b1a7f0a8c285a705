"""Who says against whom."""

from dataclasses import dataclass

from starlette.responses import Response

from app.pages.routing import page
from app.pages.visit import Frame, PlainVisit
from app.queries.contradictions import Contradiction, list_contradictions


@dataclass(frozen=True)
class ContradictionsPage:
    frame: Frame
    pairs: tuple[Contradiction, ...]


@page("/contradictions")
def contradictions(visit: PlainVisit) -> Response:
    with visit.session() as session:
        pairs = list_contradictions(session, viewpoint=visit.viewpoint)
    return visit.render("contradictions.html", ContradictionsPage(visit.frame, pairs))
