"""Everything on file that holds the words sought."""

from dataclasses import dataclass, replace

from starlette.responses import Response

from app.filters import FACETS, BadParameter, Fault
from app.pages.routing import page
from app.pages.visit import Frame, SearchVisit, Visit
from app.queries.listings import Listed
from app.queries.search import RANKED_AT_MOST, Found, Hit, count_facets, count_kinds, search
from app.rendering.data import hit_data
from app.rendering.listing import ListingView, present_listing
from app.words import understand


@dataclass(frozen=True)
class SearchPage:
    """``hint`` says why nothing can be found; ``unranked`` how many may be ranked, where there are more."""

    frame: Frame
    listing: ListingView
    hits: tuple[Hit, ...]
    hint: str | None
    unranked: int | None


@page("/search")
def search_page(visit: SearchVisit) -> Response:
    found, view = searched(visit)
    unranked = None if found.ranked or visit.chosen.sort else RANKED_AT_MOST
    context = SearchPage(visit.frame, view, found.hits, hint_for(visit.chosen.q), unranked)
    return visit.respond(
        "search.html", context, lambda: visit.listed(view, (hit_data(each, visit.frame.to) for each in found.hits))
    )


def searched(visit: Visit) -> tuple[Found, ListingView]:
    """What the visit's filter finds among all lists, and everything that surrounds it on the page."""
    chosen, as_of = visit.chosen, visit.viewpoint.as_of
    with visit.session() as session:
        found = search(session, chosen=chosen, viewpoint=visit.viewpoint)
        if chosen.page > found.pages:
            raise BadParameter("page", str(chosen.page), Fault.PAST_THE_END, ["1", str(found.pages)])
        without: dict[str, int] = {}
        if not found.count:
            for parameter in ("in", *FACETS, "from", "to", "q"):
                wider = chosen.without(parameter)
                if wider != replace(chosen, page=1):
                    without[parameter] = sum(count_kinds(session, chosen=wider, as_of=as_of).values())
        counts = count_facets(session, chosen=chosen, as_of=as_of)
    view = present_listing(
        listing=None,
        path=visit.path,
        chosen=chosen,
        listed=Listed((), found.count, found.pages, found.complete),
        counts=counts,
        names=visit.release.names,
        to=visit.frame.to,
        without=without,
    )
    return found, view


def hint_for(typed: str | None) -> str | None:
    """Why what was typed finds nothing: only words to leave out, or no word at all."""
    wanted = understand(typed or "")
    if not typed or not wanted.finds_nothing:
        return None
    return "only-without" if wanted.without or wanted.without_phrases else "no-words"
