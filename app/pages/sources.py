"""All sources, and one source with its passages, their text where it is held, and the claims on each."""

from collections.abc import Mapping

from msgspec import Struct
from starlette.responses import Response

from app.pages.listing import filtered
from app.pages.routing import page
from app.pages.visit import Frame, PageNotFound, SourcesVisit, SourceVisit
from app.queries.sources import SourceCard, SourceDetail, read_source, read_sources
from app.rendering.data import check_data, source_data, source_detail_data
from app.rendering.listing import ListingView
from app.source_texts import MountedText, Span, mark_wordings
from app.vocabulary import Listing
from app.watch.mentions import Check


class SourcesPage(Struct, frozen=True):
    frame: Frame
    listing: ListingView
    sources: tuple[SourceCard, ...]


class SourcePage(Struct, frozen=True):
    """``texts`` has each passage's text, empty where none is held that matches the record; ``None`` where none is.

    ``check`` is what became of its address when it was last asked for.
    """

    frame: Frame
    detail: SourceDetail
    texts: Mapping[str, tuple[Span, ...]] | None
    check: Check | None


@page("/sources")
def sources(visit: SourcesVisit) -> Response:
    with visit.session() as session:
        listed, view = filtered(session, visit, Listing.SOURCES)
        cards = read_sources(session, ids=listed.ids, viewpoint=visit.viewpoint)
    return visit.respond(
        "sources/list.html",
        SourcesPage(visit.frame, view, cards),
        lambda: visit.listed(view, (source_data(each, visit.frame.to) for each in cards)),
    )


@page("/sources/{identifier:id}")
def source(visit: SourceVisit, identifier: str) -> Response:
    with visit.session() as session:
        detail = read_source(session, identifier=identifier, viewpoint=visit.viewpoint)
    if detail is None:
        raise PageNotFound
    return visit.respond(
        "sources/one.html",
        SourcePage(visit.frame, detail, marked_texts(detail, visit.mounted), visit.watched.checks.get(identifier)),
        lambda: {
            "item": {
                **source_detail_data(detail, visit.frame.to),
                "check": check_data(visit.watched.checks.get(identifier)),
            }
        },
    )


def marked_texts(detail: SourceDetail, mounted: MountedText | None) -> Mapping[str, tuple[Span, ...]] | None:
    """The text of each passage, the recorded words marked; a text that is not the one on record is left out."""
    if mounted is None:
        return None
    return {
        each.id: mark_wordings(mounted.text_of(each.id, each.sha256) or "", each.wordings) for each in detail.passages
    }
