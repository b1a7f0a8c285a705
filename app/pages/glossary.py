"""The terms, and where one misleads."""

from dataclasses import dataclass

from starlette.responses import Response

from app.pages.routing import page
from app.pages.visit import Frame, PlainVisit
from app.queries.glossary import TermLine, list_terms


@dataclass(frozen=True)
class GlossaryPage:
    frame: Frame
    terms: tuple[TermLine, ...]


@page("/glossary")
def glossary(visit: PlainVisit) -> Response:
    with visit.session() as session:
        terms = list_terms(session, viewpoint=visit.viewpoint)
    return visit.render("glossary.html", GlossaryPage(visit.frame, terms))
