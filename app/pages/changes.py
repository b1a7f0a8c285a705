"""What changed between two releases."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from fastapi import Request
from starlette.responses import Response

from app.filters import DEFAULT_SIZE, BadParameter, Fault, Filter
from app.pages.routing import ATOM_SUFFIX, DATA_SUFFIX, page
from app.pages.visit import ChangesVisit, Frame, Visit
from app.queries.changes import Change, Entry, compare_releases, count_changes, read_changes
from app.releases import ID_PATTERN, OpenRelease, Store
from app.rendering.addresses import Addresses
from app.rendering.changes import ChangeView, change_data, change_text, present_change
from app.rendering.feed import FeedEntry, feed
from app.rendering.labels import label
from app.rendering.respond import headers_of
from app.shelf import Shelf
from app.vocabulary import Listing

MOST_HELD = 50
"""The most releases that the page offers to compare with."""


@dataclass(frozen=True)
class HeldRelease:
    id: str
    published: date
    href: str


@dataclass(frozen=True)
class ChangesPage:
    """``since`` is the earlier release, or nothing where there is none; ``held`` are those to compare with.

    A frozen page offers none: which releases are held is no part of what its release said.
    """

    frame: Frame
    since: HeldRelease | None
    counts: Mapping[Change, int]
    changes: tuple[ChangeView, ...]
    held: tuple[HeldRelease, ...]
    feed: str
    page: int
    pages: int
    previous: str | None
    next: str | None


@page("/changes", ATOM_SUFFIX)
def changes(visit: ChangesVisit, request: Request) -> Response:
    store: Store = request.app.state.current.store
    before = _earlier(visit, store, request.app.state.shelf)
    found = compare_releases(before.source, visit.release.source) if before else ()
    context = _context(visit, store, before, found)
    if visit.suffix == ATOM_SUFFIX:
        return _as_feed(visit, context, str(request.base_url).rstrip("/").removesuffix(visit.frame.to.base))
    return visit.respond(
        "changes.html",
        context,
        lambda: {
            "since": before.id if before else None,
            "count": len(found),
            "counts": dict(context.counts),
            "items": [change_data(each) for each in context.changes],
            "next": _next(visit, context, DATA_SUFFIX),
        },
    )


def _earlier(visit: Visit, store: Store, shelf: Shelf) -> OpenRelease | None:
    """The release to compare with: the one named, or the one published before."""
    wanted = visit.chosen.since
    if wanted is not None and not re.fullmatch(ID_PATTERN, wanted):
        raise BadParameter("since", wanted, Fault.UNKNOWN_VALUE, [each.id for each in store.list()[:MOST_HELD]])
    if wanted is None and (published := store.before(visit.release.id)):
        wanted = published.id
    return shelf.get(wanted) if wanted else None


def _context(visit: Visit, store: Store, before: OpenRelease | None, found: tuple[Entry, ...]) -> ChangesPage:
    frame, chosen = visit.frame, visit.chosen
    size = chosen.size or DEFAULT_SIZE[Listing.CLAIMS]
    pages = max(1, -(-len(found) // size))
    if chosen.page > pages:
        raise BadParameter("page", str(chosen.page), Fault.PAST_THE_END, ["1", str(pages)])
    shown = found[(chosen.page - 1) * size : chosen.page * size]
    details = read_changes(before.source, visit.release.source, entries=shown) if before and shown else ()
    then: Addresses = frame.to.within(before.id) if before else frame.to
    held = [] if frame.to.frozen else [each for each in store.list() if each.id != visit.release.id]

    def at(number: int) -> str:
        return frame.to.page(visit.path, chosen.at_page(number))

    return ChangesPage(
        frame=frame,
        since=HeldRelease(before.id, before.published.date(), then.page("/")) if before else None,
        counts=count_changes(found),
        changes=tuple(
            present_change(each, language=frame.language, names=frame.names, before=then, after=frame.to)
            for each in details
        ),
        held=tuple(
            HeldRelease(each.id, each.published.date(), frame.to.page(visit.path, Filter(since=each.id)))
            for each in held[:MOST_HELD]
        ),
        feed=frame.to.page(f"{visit.path}{ATOM_SUFFIX}", replace(chosen, page=1)),
        page=chosen.page,
        pages=pages,
        previous=at(chosen.page - 1) if chosen.page > 1 else None,
        next=at(chosen.page + 1) if chosen.page < pages else None,
    )


def _next(visit: Visit, context: ChangesPage, suffix: str) -> str | None:
    following = visit.chosen.at_page(context.page + 1)
    return visit.frame.to.page(f"{visit.path}{suffix}", following) if context.next else None


def _as_feed(visit: Visit, context: ChangesPage, host: str) -> Response:
    """The changes as a feed; ``host`` is how the reader calls this site, as a feed's addresses must be absolute."""
    language, release = visit.frame.language, visit.release
    since = context.since.id if context.since else "nothing"
    links = {"self": context.feed, "alternate": visit.frame.here}
    if following := _next(visit, context, ATOM_SUFFIX):
        links["next"] = following
    text = feed(
        identifier=f"urn:faultlines:changes:{language}",
        title=f"Faultlines: {label('feed', 'changes', language)}",
        language=language,
        updated=release.published,
        links={relation: f"{host}{address}" for relation, address in links.items()},
        entries=[
            FeedEntry(
                id=f"urn:faultlines:change:{since}:{release.id}:{each.id}:{language}",
                title=f"{label('change', each.change, language)}: {each.title}",
                updated=release.published,
                link=f"{host}{each.after or each.before}",
                content=change_text(each),
                category=each.change,
            )
            for each in context.changes
        ],
    )
    return Response(
        '<?xml version="1.0" encoding="utf-8"?>\n' + text,
        headers=headers_of(visit.answer),
        media_type="application/atom+xml; charset=utf-8",
    )
