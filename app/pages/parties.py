"""All parties, and one party with what it is said to want."""

from msgspec import Struct
from starlette.responses import Response

from app.filters import Filter
from app.pages.routing import page
from app.pages.visit import Frame, PageNotFound, PlainVisit
from app.queries.claims import ClaimLink, link_claims
from app.queries.developments import DevelopmentEntry, list_newest
from app.queries.listings import list_items
from app.queries.parties import PartyDetail, PartyLine, list_parties, read_party
from app.queries.sources import MOST_CLAIMS
from app.rendering.data import party_data, party_detail_data
from app.vocabulary import Listing


class PartiesPage(Struct, frozen=True):
    frame: Frame
    parties: tuple[PartyLine, ...]


class PartyPage(Struct, frozen=True):
    frame: Frame
    detail: PartyDetail
    claims: tuple[ClaimLink, ...]
    claims_left: int
    developments: tuple[DevelopmentEntry, ...]
    developments_left: int


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
        some = Filter(size=MOST_CLAIMS)
        listed = list_items(session, listing=Listing.CLAIMS, chosen=some, as_of=viewpoint.as_of, scope=scope)
        claims = link_claims(session, ids=listed.ids, viewpoint=viewpoint)
        newest = list_newest(session, chosen=Filter(), viewpoint=viewpoint, scope=scope)
    return visit.respond(
        "parties/one.html",
        PartyPage(visit.frame, detail, claims, listed.count - len(listed.ids), newest.entries, newest.left_out),
        lambda: {"item": {**party_detail_data(detail, visit.frame.to), "claims": [each.id for each in claims]}},
    )
