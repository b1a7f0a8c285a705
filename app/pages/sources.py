"""All sources, and one source with its passages and the claims on each."""

from dataclasses import dataclass

from starlette.responses import Response

from app.pages.listing import filtered
from app.pages.routing import page
from app.pages.visit import Frame, PageNotFound, PlainVisit, SourcesVisit
from app.queries.sources import SourceCard, SourceDetail, read_source, read_sources
from app.rendering.data import source_data, source_detail_data
from app.rendering.listing import ListingView
from app.vocabulary import Listing


@dataclass(frozen=True)
class SourcesPage:
    frame: Frame
    listing: ListingView
    sources: tuple[SourceCard, ...]


@dataclass(frozen=True)
class SourcePage:
    frame: Frame
    detail: SourceDetail


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
def source(visit: PlainVisit, identifier: str) -> Response:
    with visit.session() as session:
        detail = read_source(session, identifier=identifier, viewpoint=visit.viewpoint)
    if detail is None:
        raise PageNotFound
    return visit.respond(
        "sources/one.html",
        SourcePage(visit.frame, detail),
        lambda: {"item": source_detail_data(detail, visit.frame.to)},
    )
