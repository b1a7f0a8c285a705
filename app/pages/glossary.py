"""The terms, and where one misleads."""

from msgspec import Struct
from starlette.responses import Response

from app.pages.routing import page
from app.pages.visit import Frame, PlainVisit
from app.queries.glossary import TermLine, list_terms
from app.rendering.data import term_data


class GlossaryPage(Struct, frozen=True):
    frame: Frame
    terms: tuple[TermLine, ...]


@page("/glossary")
def glossary(visit: PlainVisit) -> Response:
    with visit.session() as session:
        terms = list_terms(session, viewpoint=visit.viewpoint)
    return visit.respond(
        "glossary.html",
        GlossaryPage(visit.frame, terms),
        lambda: {"count": len(terms), "items": [term_data(each, visit.frame.to) for each in terms], "next": None},
    )
