"""All parties, and one party with what it is said to want."""

from dataclasses import dataclass

from starlette.responses import Response

from app.filters import Filter
from app.pages.routing import page
from app.pages.visit import Frame, PageNotFound, PlainVisit
from app.queries.claims import ClaimLink, link_claims
from app.queries.developments import DevelopmentEntry, read_developments
from app.queries.listings import all_ids
from app.queries.parties import PartyDetail, PartyLine, list_parties, read_party
from app.rendering.data import party_data, party_detail_data
from app.vocabulary import Listing


@dataclass(frozen=True)
class PartiesPage:
    frame: Frame
    parties: tuple[PartyLine, ...]


@dataclass(frozen=True)
class PartyPage:
    frame: Frame
    detail: PartyDetail
    claims: tuple[ClaimLink, ...]
    developments: tuple[DevelopmentEntry, ...]


@page("/parties")
def parties(visit: PlainVisit) -> Response:
    with visit.session() as session:
        lines = list_parties(session, viewpoint=visit.viewpoint)
    return visit.respond(
        "parties/list.html",
        PartiesPage(visit.frame, lines),
        lambda: {"count": len(lines), "items": [party_data(each, visit.frame.to) for each in lines], "next": None},
    )


@page("/parties/{identifier:id}")
def party(visit: PlainVisit, identifier: str) -> Response:
    viewpoint, scope = visit.viewpoint, [("party", identifier)]
    with visit.session() as session:
        detail = read_party(session, identifier=identifier, viewpoint=viewpoint)
        if detail is None:
            raise PageNotFound
        claim_ids, development_ids = (
            all_ids(session, listing=each, chosen=Filter(), as_of=viewpoint.as_of, scope=scope)
            for each in (Listing.CLAIMS, Listing.DEVELOPMENTS)
        )
        claims = link_claims(session, ids=claim_ids, viewpoint=viewpoint)
        developments = read_developments(session, ids=development_ids, viewpoint=viewpoint)
    return visit.respond(
        "parties/one.html",
        PartyPage(visit.frame, detail, claims, developments),
        lambda: {"item": {**party_detail_data(detail, visit.frame.to), "claims": [each.id for each in claims]}},
    )
