"""Every component in every state, for whoever works on the look; served only where the setting asks for it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from fastapi import Request
from msgspec import Struct
from msgspec.structs import replace
from starlette.responses import Response

from app.filters import Filter
from app.pages.routing import TWINS, page
from app.pages.visit import Frame, PageNotFound, PlainVisit, Since
from app.queries.changes import Change
from app.rendering.listing import describe_filter

if TYPE_CHECKING:
    from app.rendering.components import Component, Shown


class StyleguidePage(Struct, frozen=True):
    frame: Frame
    components: "tuple[tuple[Component, tuple[Shown, ...]], ...]"


@page("/styleguide")
def styleguide(visit: PlainVisit, request: Request) -> Response:
    if not request.app.state.settings.styleguide:
        raise PageNotFound
    # The examples are made of what hardly any site shows: no start need wait for them.
    from app.rendering.components import show_components

    frame = visit.frame
    context = {"chosen": Filter(), "is_fragment": False}
    components = show_components(frame.names, frame.to, frame.as_of, _frames(frame), context)
    return visit.respond(
        "styleguide.html",
        StyleguidePage(frame, components),
        lambda: {"components": [each.name for each, _ in components]},
    )


def _frames(frame: Frame) -> Mapping[str, Frame]:
    """The frames of pages that an example may name; the style guide's own has no name."""
    to, day = frame.to, frame.as_of - timedelta(days=365)
    since = Since(frame.compiled, is_current=True, counts={}, changes="")
    counts = {Change.ADDED: 12, Change.CORRECTED: 3}
    chosen = Filter(issue=(next(iter(frame.names["issue"])),), page=2)
    suffixes = TWINS["/claims"] - {""}
    return {
        "": frame,
        "past": replace(frame, as_of=day, is_past=True),
        "frozen": replace(frame, since=since),
        "frozen, changed since": replace(
            frame, since=replace(since, is_current=False, counts=counts, changes=to.page("/changes"))
        ),
        "list": replace(
            frame,
            here=to.page("/claims", chosen),
            twins={each: to.page(f"/claims{each}", chosen) for each in sorted(suffixes)},
            words=describe_filter(chosen, "/claims", frame.names, to),
        ),
        "shortened": replace(frame, shortened=True),
    }
