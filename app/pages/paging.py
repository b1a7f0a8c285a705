"""The pages of a list: that there is the one asked for, and, where it is no list of the record, those beside it."""

from msgspec import Struct

from app.filters import DEFAULT_SIZE, BadParameter, Fault
from app.pages.routing import DATA_SUFFIX, twin_of
from app.pages.visit import Visit
from app.vocabulary import Listing


class Paging(Struct, frozen=True):
    """``page`` of ``pages``; it shows ``size`` entries after the first ``skip``. ``next_data`` is the next as data."""

    page: int
    pages: int
    skip: int
    size: int
    previous: str | None
    next: str | None
    next_data: str | None


def turn_to(visit: Visit, count: int) -> Paging:
    """The page that was asked for, of a list of so many entries; raise ``BadParameter`` where it has none such."""
    chosen, to = visit.chosen, visit.frame.to
    size = chosen.size or DEFAULT_SIZE[Listing.CLAIMS]
    pages = max(1, -(-count // size))
    refuse_past_the_end(visit, pages)
    following = chosen.at_page(chosen.page + 1)
    is_last = chosen.page == pages
    return Paging(
        page=chosen.page,
        pages=pages,
        skip=(chosen.page - 1) * size,
        size=size,
        previous=to.page(visit.path, chosen.at_page(chosen.page - 1)) if chosen.page > 1 else None,
        next=None if is_last else to.page(visit.path, following),
        next_data=None if is_last else to.page(twin_of(visit.path, DATA_SUFFIX), following),
    )


def refuse_past_the_end(visit: Visit, pages: int) -> None:
    """Raise ``BadParameter`` where a list has fewer pages than the one asked for."""
    if visit.chosen.page > pages:
        raise BadParameter("page", str(visit.chosen.page), Fault.PAST_THE_END, ["1", str(pages)])
