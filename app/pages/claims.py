"""All claims, and one claim."""

from markupsafe import Markup
from msgspec import Struct
from starlette.responses import Response

from app.pages.listing import filtered
from app.pages.routing import page
from app.pages.visit import ClaimsVisit, Frame, PageNotFound, PlainVisit
from app.queries.claims import ClaimCard, ClaimDetail, read_claim, read_claims
from app.rendering.data import claim_data, claim_detail_data
from app.rendering.listing import ListingView
from app.rendering.terms import TermNote
from app.vocabulary import Listing


class ClaimsPage(Struct, frozen=True):
    frame: Frame
    listing: ListingView
    claims: tuple[ClaimCard, ...]
    ready: Markup | None
    """The same claims as cards, where publishing has rendered them."""


class ClaimPage(Struct, frozen=True):
    frame: Frame
    detail: ClaimDetail
    terms: tuple[TermNote, ...]


@page("/claims")
def claims(visit: ClaimsVisit) -> Response:
    with visit.session() as session:
        listed, view = filtered(session, visit, Listing.CLAIMS)
        ready = visit.ready_cards(listed.ids)
        cards = read_claims(session, ids=() if ready is not None else listed.ids, viewpoint=visit.viewpoint)
    return visit.respond(
        "claims/list.html",
        ClaimsPage(visit.frame, view, cards, ready),
        lambda: visit.listed(view, (claim_data(each, visit.frame.to) for each in cards)),
    )


@page("/claims/{identifier:id}")
def claim(visit: PlainVisit, identifier: str) -> Response:
    with visit.session() as session:
        detail = read_claim(session, identifier=identifier, viewpoint=visit.viewpoint)
    if detail is None:
        raise PageNotFound
    terms = visit.frame.terms.of_claim(detail)
    return visit.respond(
        "claims/one.html",
        ClaimPage(visit.frame, detail, terms),
        lambda: {"item": claim_detail_data(detail, terms, visit.frame.to)},
    )
