"""The part that every page with a filtered list shares: from the filter to the presented list."""

from sqlmodel import Session

from app.filters import FACETS
from app.pages.paging import refuse_past_the_end
from app.pages.visit import Visit
from app.queries.listings import Listed, count_facets, count_items, list_items
from app.queries.sets import Scope
from app.rendering.listing import ListingView, present_listing
from app.vocabulary import Listing


def filtered(
    session: Session, visit: Visit, listing: Listing, scope: Scope = (), left_out: tuple[str, ...] = ()
) -> tuple[Listed, ListingView]:
    """The ids that the visit's filter lets through, and everything that surrounds them on the page."""
    chosen, as_of = visit.chosen, visit.viewpoint.as_of
    listed = list_items(session, listing=listing, chosen=chosen, as_of=as_of, scope=scope)
    refuse_past_the_end(visit, listed.pages)
    without: dict[str, int] = {}
    if listed.count == 0:
        for parameter in (*FACETS, "from", "to", "q"):
            wider = chosen.without(parameter)
            if wider != chosen:
                without[parameter] = count_items(session, listing=listing, chosen=wider, as_of=as_of, scope=scope)
    view = present_listing(
        listing=listing,
        path=visit.path,
        chosen=chosen,
        listed=listed,
        counts=count_facets(session, listing=listing, chosen=chosen, as_of=as_of, scope=scope),
        names=visit.release.names,
        to=visit.frame.to,
        without=without,
        left_out=left_out,
    )
    return listed, view
