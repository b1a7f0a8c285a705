"""What changed between two releases."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from msgspec import Struct
from starlette.responses import Response

from app.filters import BadParameter, Fault, Filter
from app.pages.paging import Paging, turn_to
from app.pages.routing import page
from app.pages.visit import ChangesVisit, Frame, Visit
from app.queries.changes import Change, Entry, compare_releases, count_changes, read_changes
from app.releases.files import ID_PATTERN
from app.releases.opening import OpenRelease
from app.rendering.changes import ChangeView, change_data, present_change

MOST_HELD = 50
"""The most releases that the page offers to compare with."""


class HeldRelease(Struct, frozen=True):
    id: str
    published: date
    href: str


class ChangesPage(Struct, frozen=True):
    """``since`` is the earlier release, or nothing where there is none; ``held`` are those to compare with.

    A frozen page offers none: which releases are held is no part of what its release said.
    """

    frame: Frame
    since: HeldRelease | None
    counts: Mapping[Change, int]
    changes: tuple[ChangeView, ...]
    held: tuple[HeldRelease, ...]
    paging: Paging


Compared = tuple[OpenRelease | None, tuple[Entry, ...], Callable[[Sequence[Entry]], Sequence[ChangeView]]]


def compared(visit: Visit) -> Compared:
    """The earlier release, if there is one; what changed since; and a way to read some of that whole."""
    before, after, frame = _earlier(visit), visit.release, visit.frame
    found = compare_releases(before.source, after.source) if before else ()

    def read(entries: Sequence[Entry]) -> Sequence[ChangeView]:
        if before is None or not entries:
            return ()
        then = frame.to.within(before.id)
        return [
            present_change(each, language=frame.language, names=frame.names, before=then, after=frame.to)
            for each in read_changes(before.source, after.source, entries=entries)
        ]

    return before, found, read


@page("/changes")
def changes(visit: ChangesVisit) -> Response:
    before, found, read = compared(visit)
    context = _context(visit, before, found, read)
    return visit.respond(
        "changes.html",
        context,
        lambda: {
            "since": before.id if before else None,
            "count": len(found),
            "counts": dict(context.counts),
            "items": [change_data(each) for each in context.changes],
            "next": context.paging.next_data,
        },
    )


def _earlier(visit: Visit) -> OpenRelease | None:
    """The release to compare with: the one named, or the one published before."""
    wanted, store = visit.chosen.since, visit.shelf.store
    if wanted is not None and not re.fullmatch(ID_PATTERN, wanted):
        raise BadParameter("since", wanted, Fault.UNKNOWN_VALUE, [each.id for each in store.list()[:MOST_HELD]])
    if wanted is None and (published := store.before(visit.release.id)):
        wanted = published.id
    return visit.shelf.get(wanted) if wanted else None


def _context(
    visit: Visit,
    before: OpenRelease | None,
    found: tuple[Entry, ...],
    read: Callable[[Sequence[Entry]], Sequence[ChangeView]],
) -> ChangesPage:
    frame, paging = visit.frame, turn_to(visit, len(found))
    held = [] if frame.to.frozen else [each for each in visit.shelf.store.list() if each.id != visit.release.id]
    return ChangesPage(
        frame=frame,
        since=HeldRelease(before.id, before.published.date(), frame.to.within(before.id).page("/")) if before else None,
        counts=count_changes(found),
        changes=tuple(read(found[paging.skip : paging.skip + paging.size])),
        held=tuple(
            HeldRelease(each.id, each.published.date(), frame.to.page(visit.path, Filter(since=each.id)))
            for each in held[:MOST_HELD]
        ),
        paging=paging,
    )
