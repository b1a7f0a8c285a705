"""The one query behind every filterable list.

It says which entries a filter lets through, in what order, and how many of them have each value of each facet, by the
sets of ``app.queries.sets``. What is read piece by piece, or in the order of changes, is asked of the tags themselves.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from msgspec import Struct
from pyroaring import BitMap
from sqlalchemy import ColumnElement, CompoundSelect, and_, bindparam, exists, func, tuple_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.dates import IncompleteDate
from app.engines import holding, later_of
from app.engines import listing_text as _text
from app.filters import DEFAULT_SIZE, DEFAULT_SORT, FACETS, Filter, Sort
from app.models import ListingItem, ListingTag
from app.queries.sets import Matches, Scope, find_matches, items_at, newest, oldest, sets_as_of
from app.vocabulary import Listing
from app.words import understand

Counts = Mapping[str, Mapping[str, int]]
"""Facet parameter → value → how many entries the list would show with it."""


class Listed(Struct, frozen=True):
    """One page of a list: its ids in order, how many entries there are in all, and on how many pages.

    Where it is not ``complete``, very many hold the words sought, and only the newest are counted.
    """

    ids: tuple[str, ...]
    count: int
    pages: int
    complete: bool = True


def list_items(session: Session, *, listing: Listing, chosen: Filter, as_of: date, scope: Scope = ()) -> Listed:
    """The entries that a filter lets through, as of a day, in the filter's order."""
    matches = find_matches(session, listings=[listing], chosen=chosen, as_of=as_of, scope=scope)
    count = len(matches.positions)
    size = chosen.size or DEFAULT_SIZE[listing]
    ids = _list_ids(session, listing, chosen, matches, (chosen.page - 1) * size, size)
    return Listed(ids, count, max(1, -(-count // size)), matches.complete)


def count_items(session: Session, *, listing: Listing, chosen: Filter, as_of: date, scope: Scope = ()) -> int:
    """How many entries a filter lets through, as of a day."""
    return len(find_matches(session, listings=[listing], chosen=chosen, as_of=as_of, scope=scope).positions)


def all_ids(
    session: Session, *, listing: Listing, chosen: Filter, as_of: date, scope: Scope = (), most: int | None = None
) -> tuple[str, ...]:
    """Every id that a filter lets through, whatever its page and size; or the first ``most`` of them."""
    matches = find_matches(session, listings=[listing], chosen=chosen, as_of=as_of, scope=scope)
    return _list_ids(session, listing, chosen, matches, 0, most)


def _list_ids(
    session: Session, listing: Listing, chosen: Filter, matches: Matches, skip: int, size: int | None
) -> tuple[str, ...]:
    """The ids of a stretch of the list: ``size`` of them, or all the rest, after the first ``skip``."""
    sort = chosen.sort or DEFAULT_SORT[listing]
    wanted = len(matches.positions) if size is None else size
    if sort is Sort.NEWEST:
        return items_at(session, newest(matches.positions, skip, wanted))
    if sort is Sort.OLDEST:
        return items_at(session, oldest(matches.positions, skip, wanted))
    # In the order of the list nothing but the list itself stands: it is read as far as the page reaches.
    in_order = (
        select(ListingItem.item, ListingItem.position)
        .where(ListingItem.listing == listing)
        .order_by(col(ListingItem.ordinal))
        .execution_options(yield_per=200)
    )
    with session.exec(in_order) as rows:
        held = (item for item, position in rows if position in matches.positions)
        return tuple(islice(held, skip, skip + min(wanted, len(matches.positions) - skip)))


class Place(Struct, frozen=True):
    """Where an entry stands in a list: what the list is ordered by."""

    id: str
    first: date
    ordinal: int


def next_places(
    session: Session,
    *,
    listing: Listing,
    chosen: Filter,
    as_of: date,
    scope: Scope = (),
    after: Place | None,
    limit: int,
) -> tuple[Place, ...]:
    """The entries that follow a place in the filter's order, all pages taken as one.

    They are sought from that place on, not counted from the start, so the last of a million costs what the first does
    and nothing is held between two calls.
    """
    conditions = _conditions(session, listing, chosen, as_of, scope)
    if after is not None:
        conditions.append(_follows(after, chosen.sort or DEFAULT_SORT[listing]))
    rows = session.exec(
        select(col(ListingItem.item), col(ListingItem.first), col(ListingItem.ordinal))
        .where(*conditions)
        .order_by(*_order(listing, chosen))
        .limit(limit)
    )
    return tuple(Place(*row) for row in rows)


def _follows(after: Place, sort: Sort | None) -> ColumnElement[bool]:
    here = tuple_(col(ListingItem.first), col(ListingItem.ordinal))
    match sort:
        case Sort.NEWEST:
            return here < tuple_(after.first, after.ordinal)
        case Sort.OLDEST:
            return here > tuple_(after.first, after.ordinal)
        case _:
            return col(ListingItem.ordinal) > after.ordinal


def list_changed(
    session: Session,
    *,
    listing: Listing,
    chosen: Filter,
    as_of: date,
    scope: Scope = (),
    among: CompoundSelect[tuple[str]] | None = None,
) -> Listed:
    """The same entries as ``list_items``, those that changed last first: the order of a feed.

    ``among`` narrows them to the ids that a statement selects.
    """
    conditions = _conditions(session, listing, chosen, as_of, scope)
    if among is None:
        count = count_items(session, listing=listing, chosen=chosen, as_of=as_of, scope=scope)
    else:
        conditions.append(col(ListingItem.item).in_(among))
        count = session.exec(select(func.count()).select_from(ListingItem).where(*conditions)).one()
    size = chosen.size or DEFAULT_SIZE[listing]
    ids = session.exec(
        select(ListingItem.item)
        .where(*conditions)
        .order_by(_changed(as_of).desc(), col(ListingItem.ordinal).desc())
        .limit(size)
        .offset((chosen.page - 1) * size)
    ).all()
    return Listed(tuple(ids), count, max(1, -(-count // size)))


def read_changes(session: Session, *, listing: Listing, ids: Sequence[str], as_of: date) -> Mapping[str, date]:
    """The day on which each entry last changed: when it became known, or got the last status it had by then."""
    rows = session.exec(
        select(ListingItem.item, _changed(as_of)).where(ListingItem.listing == listing, col(ListingItem.item).in_(ids))
    )
    return {row[0]: row[1] for row in rows}


def _changed(as_of: date) -> ColumnElement[date]:
    known = col(ListingItem.visible_from)
    last = (
        select(func.max(ListingTag.since))
        .where(
            col(ListingTag.listing) == col(ListingItem.listing),
            col(ListingTag.item) == col(ListingItem.item),
            col(ListingTag.parameter) == "status",
            col(ListingTag.since) <= as_of,
        )
        .correlate(ListingItem)
        .scalar_subquery()
    )
    return later_of(known, func.coalesce(last, known))


def claims_about(issue: str) -> SelectOfScalar[str]:
    """The ids of the claims about an issue, to narrow another statement by."""
    return select(ListingTag.item).where(
        ListingTag.listing == Listing.CLAIMS, ListingTag.parameter == "issue", ListingTag.value == issue
    )


def count_facets(session: Session, *, listing: Listing, chosen: Filter, as_of: date, scope: Scope = ()) -> Counts:
    """How many entries have each value, facet by facet.

    A facet's own choice does not narrow its counts: they say what the list would hold if that value were chosen.
    Facets without a choice share what the filter finds; each facet with one has what is found without it.
    """
    counts: dict[str, Mapping[str, int]] = {}
    sets = sets_as_of(session, as_of)
    known, whole = sets.values.get(listing, {}), sets.all_of(listing)
    matches = find_matches(session, listings=[listing], chosen=chosen, as_of=as_of, scope=scope)
    for parameter in FACETS:
        found = matches
        if chosen.values(parameter):
            wider = chosen.without(parameter)
            found = find_matches(session, listings=[listing], chosen=wider, as_of=as_of, scope=scope)
        counts[parameter] = count_values(known.get(parameter, {}), found.positions, of=whole)
    return counts


def count_facet(
    session: Session, *, listing: Listing, parameter: str, chosen: Filter, as_of: date, scope: Scope = ()
) -> Mapping[str, int]:
    """How many of the entries that a filter lets through have each value of one parameter."""
    matches = find_matches(session, listings=[listing], chosen=chosen, as_of=as_of, scope=scope)
    sets = sets_as_of(session, as_of)
    known = sets.values.get(listing, {}).get(parameter, {})
    return count_values(known, matches.positions, of=sets.all_of(listing))


def count_values(values: Mapping[str, BitMap], among: BitMap, *, of: BitMap) -> dict[str, int]:
    """How many entries of a set have each value; values that none has are left out.

    ``of`` is what the set was taken from. Where it is all of it, each value has as many as it has in all.
    """
    is_all = len(among) == len(of)
    sizes = ((value, len(each) if is_all else among.intersection_cardinality(each)) for value, each in values.items())
    return {value: size for value, size in sizes if size}


# Built once, as every list asks it.
_AS_OF: Any = bindparam("as_of")
_TAGS = (
    select(ListingTag.item, ListingTag.parameter, ListingTag.value)
    .where(
        col(ListingTag.listing) == bindparam("listing"),
        col(ListingTag.item).in_(bindparam("ids", expanding=True)),
        col(ListingTag.since) <= _AS_OF,
        col(ListingTag.until) > _AS_OF,
    )
    .order_by(ListingTag.item, ListingTag.parameter, ListingTag.value)
)


def read_tags(
    session: Session, *, listing: Listing, ids: Sequence[str], as_of: date
) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """What can be said of each entry on a day: id → parameter → values."""
    tags: dict[str, dict[str, list[str]]] = {each: defaultdict(list) for each in ids}
    rows = session.exec(_TAGS, params={"listing": listing, "ids": ids, "as_of": as_of})
    for item, parameter, value in rows:
        tags[item][parameter].append(value)
    return {item: {name: tuple(values) for name, values in found.items()} for item, found in tags.items()}


def _conditions(
    session: Session, listing: Listing, chosen: Filter, as_of: date, scope: Scope
) -> list[ColumnElement[bool]]:
    conditions: list[Any] = [col(ListingItem.listing) == listing, ListingItem.visible_from <= as_of]
    # Dates match by overlap: an entry of 2025-06 is found from 2025-06-15 on, because it may be of that day.
    if chosen.from_:
        conditions.append(ListingItem.last >= IncompleteDate.parse(chosen.from_).first)
    if chosen.to:
        conditions.append(ListingItem.first <= IncompleteDate.parse(chosen.to).last)
    conditions.extend(_has_tag(each, values, as_of) for each in FACETS if (values := chosen.values(each)))
    conditions.extend(_has_tag(parameter, (value,), as_of) for parameter, value in scope)
    if chosen.q:
        conditions.append(_mentions(session, listing, chosen.q))
    return conditions


def _has_tag(parameter: str, values: Sequence[str], as_of: date) -> ColumnElement[bool]:
    return exists().where(
        and_(
            col(ListingTag.listing) == col(ListingItem.listing),
            col(ListingTag.item) == col(ListingItem.item),
            col(ListingTag.parameter) == parameter,
            col(ListingTag.value).in_(values),
            col(ListingTag.since) <= as_of,
            col(ListingTag.until) > as_of,
        )
    )


def _mentions(session: Session, listing: Listing, words: str) -> ColumnElement[bool]:
    found = select(_text.c.item).where(_text.c.listing == listing, holding(session, understand(words).sought()))
    return col(ListingItem.item).in_(found)


def _order(listing: Listing, chosen: Filter) -> tuple[Any, ...]:
    """By the first day an entry may belong to, both ways: "2026" is no newer than what is known to be of May."""
    match chosen.sort or DEFAULT_SORT[listing]:
        case Sort.NEWEST:
            return col(ListingItem.first).desc(), col(ListingItem.ordinal).desc()
        case Sort.OLDEST:
            return col(ListingItem.first), col(ListingItem.ordinal)
        case _:
            return (col(ListingItem.ordinal),)
