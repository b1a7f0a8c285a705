"""Every component in every state, for whoever works on the look; served only where the setting asks for it."""

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from app.pages.routing import page
from app.pages.visit import Frame, PageNotFound, PlainVisit
from app.rendering.components import Component, Example, list_components, list_examples


@dataclass(frozen=True)
class StyleguidePage:
    frame: Frame
    components: tuple[tuple[Component, tuple[Example, ...]], ...]


@page("/styleguide")
def styleguide(visit: PlainVisit, request: Request) -> Response:
    if not request.app.state.settings.styleguide:
        raise PageNotFound
    components, examples = list_components(), list_examples(visit.release.names, visit.viewpoint.language)
    context = StyleguidePage(visit.frame, tuple((each, examples.get(each.name, ())) for each in components))
    return visit.respond("styleguide.html", context, lambda: {"components": [each.name for each in components]})
