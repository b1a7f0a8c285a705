"""Everything on file that holds the words sought."""

from msgspec import Struct
from msgspec.structs import replace
from starlette.responses import Response

from app.filters import FACETS
from app.pages.paging import refuse_past_the_end
from app.pages.routing import page
from app.pages.visit import Frame, SearchVisit, Visit
from app.queries.listings import Listed
from app.queries.search import RANKED_AT_MOST, Found, Hit, count_facets, count_kinds, search
from app.rendering.data import hit_data
from app.rendering.data.shapes import Data
from app.rendering.listing import ListingView, present_listing
from app.words import understand


class SearchPage(Struct, frozen=True):
    """``hint`` says why nothing can be found; ``most`` is how many entries are ranked, and may hold a word that counts.

    ``order`` says what is left out of the order: ``many`` entries to rank, ``common`` words only, or ``some`` words.
    """

    frame: Frame
    listing: ListingView
    hits: tuple[Hit, ...]
    hint: str | None
    order: str | None
    common: tuple[str, ...]
    most: int


@page("/search")
def search_page(visit: SearchVisit) -> Response:
    found, view = searched(visit)
    order = None if visit.chosen.sort else _left_out(found)
    context = SearchPage(visit.frame, view, found.hits, hint_for(visit.chosen.q), order, found.common, RANKED_AT_MOST)

    def data() -> Data:
        return {
            **visit.listed(view, (hit_data(each, visit.frame.to) for each in found.hits)),
            **({"ranked": False} if order in {"many", "common"} else {}),
            **({"common": list(found.common)} if order in {"common", "some"} else {}),
        }

    return visit.respond("search.html", context, data)


def _left_out(found: Found) -> str | None:
    if not found.ranked:
        return "common" if found.common else "many"
    return "some" if found.common else None


def searched(visit: Visit) -> tuple[Found, ListingView]:
    """What the visit's filter finds among all lists, and everything that surrounds it on the page."""
    chosen, as_of = visit.chosen, visit.viewpoint.as_of
    with visit.session() as session:
        found = search(session, chosen=chosen, viewpoint=visit.viewpoint)
        refuse_past_the_end(visit, found.pages)
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
