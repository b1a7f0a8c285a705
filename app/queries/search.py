"""The search: entries of every list at once, the best first.

What is found is what the lists' own filter finds; here it is only ranked and cut down to a page.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from pyroaring import BitMap
from sqlalchemy import select
from sqlmodel import Session, col

from app.engines import Weights, read_relevance
from app.engines import listing_text as _text
from app.filters import DEFAULT_SIZE, FACETS, Filter, Sort
from app.models import ListingItem
from app.queries.listings import Counts, count_values, read_tags
from app.queries.sets import (
    MOST_FOUND,
    Matches,
    find_matches,
    holders,
    newest,
    oldest,
    read_sets,
    sets_as_of,
)
from app.queries.viewpoint import Viewpoint
from app.vocabulary import Listing, Rank
from app.words import Part, Sought, excerpt, marked, understand

ORDER = (Listing.CLAIMS, Listing.FIGURES, Listing.DEVELOPMENTS, Listing.SOURCES, Listing.GLOSSARY)
"""Which kind comes first among entries that are equally relevant: what is asserted before what it is taken from."""

RANKED_AT_MOST = MOST_FOUND
"""How many entries are ranked by relevance, and how many may hold a word that counts in it."""

_WEIGHTS: Mapping[str, Weights] = {
    "en": {"en": 2, "fr": 0.5, "en_stem": 1, "fr_stem": 0.25},
    "fr": {"en": 0.5, "fr": 2, "en_stem": 0.25, "fr_stem": 1},
}
"""What a word counts for in each column of the index: as it is, before its stem; the reader's language, before all."""


class Hit(Struct, frozen=True):
    """An entry found. ``text`` is in ``language``, the other one where only that holds what was sought.

    ``status`` and ``rank`` are a claim's; ``date`` is the day, month or year it belongs to, where that is one.
    """

    kind: Listing
    id: str
    title: tuple[Part, ...]
    text: tuple[Part, ...]
    language: str
    date: str | None
    status: str | None
    rank: str | None


class Found(Struct, frozen=True):
    """One page of what was found; ``ranked`` is false where nothing tells how relevant an entry is.

    Where it is not ``complete``, only the newest are counted and shown. ``common`` are the words and phrases that so
    many entries hold that they tell nothing: where anything is ranked, it is by the others.
    """

    hits: tuple[Hit, ...]
    count: int
    pages: int
    ranked: bool
    complete: bool
    common: tuple[str, ...] = ()


def search(session: Session, *, chosen: Filter, viewpoint: Viewpoint) -> Found:
    """The entries that a filter lets through in any list, the best first.

    The best are those that hold all that was sought in the reader's language; among these the claims that are not
    deprecated; then by relevance (BM25, S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework", 2009,
    as SQLite has it) in whole steps; then by kind, and the newest first.

    No more than ``RANKED_AT_MOST`` entries are ranked, and a word that more of them hold does not count: how rare it is
    would take reading of all of them.
    """
    matches = _find(session, chosen, viewpoint.as_of)
    positions, size = matches.positions, chosen.size or DEFAULT_SIZE[None]
    few = matches.complete and len(positions) <= RANKED_AT_MOST
    telling, common = _telling(session, chosen.q) if few and chosen.q else (None, ())
    ranked = few and (telling is not None or not chosen.q)
    skip = (chosen.page - 1) * size
    if ranked and chosen.sort is None:
        cut = _best_first(session, positions, telling, chosen, viewpoint)[skip : skip + size]
    else:
        cut = (oldest if chosen.sort is Sort.OLDEST else newest)(positions, skip, size)
    hits = _hits(session, _rows_at(session, cut), chosen, viewpoint)
    return Found(hits, len(positions), max(1, -(-len(positions) // size)), ranked, matches.complete, common)


def _telling(session: Session, typed: str) -> tuple[Sought | None, tuple[str, ...]]:
    """Of what is sought, that which few enough entries hold to tell how relevant one is; and the words of the rest."""
    wanted = understand(typed)
    sought = wanted.sought()
    if sought is None:
        return None, ()
    names = (*wanted.words, *(" ".join(each) for each in wanted.phrases))
    rare, common = [], []
    for name, group in zip(names, sought.wanted, strict=True):
        found = holders(session, Sought((group,), ()), read_sets(session).everything)
        if found.complete and len(found.positions) <= RANKED_AT_MOST:
            rare.append(group)
        else:
            common.append(name)
    return Sought(tuple(rare), ()) if rare else None, tuple(common)


def _best_first(
    session: Session, positions: BitMap, telling: Sought | None, chosen: Filter, viewpoint: Viewpoint
) -> list[int]:
    """All of a few positions in the order of a search."""
    kinds: dict[int, int] = {}
    relevant: Mapping[int, int] = {}
    own = positions
    sets = read_sets(session)
    for number, listing in enumerate(ORDER):
        kinds.update(dict.fromkeys(sets.all_of(listing) & positions, number))
    if telling is not None:
        relevant = read_relevance(session, telling, _WEIGHTS[viewpoint.language])
        in_own = understand(chosen.q or "").sought(viewpoint.language)
        own = holders(session, in_own, positions).positions if in_own else positions
    fallen = _deprecated(session, positions, viewpoint.as_of)
    return sorted(
        positions, key=lambda each: (each not in own, each in fallen, relevant.get(each, 0), kinds[each], -each)
    )


def _deprecated(session: Session, positions: BitMap, as_of: date) -> BitMap:
    """Which of some positions are claims that are deprecated on a day."""
    return sets_as_of(session, as_of).having(Listing.CLAIMS, "rank", (Rank.DEPRECATED,)) & positions


def _find(session: Session, chosen: Filter, as_of: date) -> Matches:
    listings = [each for each in Listing if not chosen.in_ or each in chosen.in_]
    return find_matches(session, listings=listings, chosen=chosen, as_of=as_of)


def _rows_at(session: Session, positions: Sequence[int]) -> list[Any]:
    """The entries at these positions with their texts, in their order."""
    item = ListingItem
    rows = session.execute(
        select(
            col(item.position),
            col(item.listing),
            col(item.item),
            col(item.first),
            col(item.last),
            _text.c.en,
            _text.c.fr,
        )
        .join(_text, _text.c.rowid == item.position)
        .where(col(item.position).in_(positions))
    )
    found = {row.position: row for row in rows}
    return [found[each] for each in positions]


def _hits(session: Session, rows: Sequence[Any], chosen: Filter, viewpoint: Viewpoint) -> tuple[Hit, ...]:
    claims = [row.item for row in rows if row.listing == Listing.CLAIMS]
    said = read_tags(session, listing=Listing.CLAIMS, ids=claims, as_of=viewpoint.as_of)
    return tuple(_hit(row, chosen.q or "", viewpoint.language, said) for row in rows)


def count_kinds(session: Session, *, chosen: Filter, as_of: date) -> Mapping[str, int]:
    """How many entries of each kind a filter lets through; kinds that it does not choose are left out."""
    sets = sets_as_of(session, as_of)
    positions = _find(session, chosen, as_of).positions
    return count_values({each: sets.all_of(each) for each in Listing}, positions, of=sets.everything)


def count_facets(session: Session, *, chosen: Filter, as_of: date) -> Counts:
    """How many entries have each value, facet by facet, the kinds among them; its own choice narrows no facet."""
    counts: dict[str, Mapping[str, int]] = {"in": count_kinds(session, chosen=chosen.without("in"), as_of=as_of)}
    sets, matches = sets_as_of(session, as_of), _find(session, chosen, as_of)
    for parameter in FACETS:
        found = _find(session, chosen.without(parameter), as_of) if chosen.values(parameter) else matches
        totals = Counter[str]()
        for listing in Listing:
            known = sets.values.get(listing, {}).get(parameter, {})
            totals.update(count_values(known, found.positions, of=sets.everything))
        counts[parameter] = totals
    return counts


def _hit(row: Any, typed: str, language: str, said: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Hit:
    """An entry with the part of its text that tells most of why it was found.

    The first line of a text is its title. Of the others the one with most of what was sought is shown, from the other
    language where the reader's holds none of it, and the second line where nothing at all is to be marked.
    """
    wanted = understand(typed)
    other = "en" if language == "fr" else "fr"
    lines = {"en": row.en.split("\n"), "fr": row.fr.split("\n")}
    title = marked(lines[language][0], wanted, language)
    best, spoken = _best(lines[language][1:], typed, language), language
    if not any(is_sought for _, is_sought in (*title, *best)):
        there = _best(lines[other], typed, other)
        if any(is_sought for _, is_sought in there):
            best, spoken = there, other
    claim = said.get(row.item, {}) if row.listing == Listing.CLAIMS else {}
    return Hit(
        kind=Listing(row.listing),
        id=row.item,
        title=title,
        text=best,
        language=spoken,
        date=_as_known(row.first, row.last),
        status=next(iter(claim.get("status", ())), None),
        rank=next(iter(claim.get("rank", ())), None),
    )


def _best(lines: list[str], typed: str, language: str) -> tuple[Part, ...]:
    shown = [excerpt(line, understand(typed), language) for line in lines]
    return max(shown, key=lambda parts: len({words.lower() for words, sought in parts if sought}), default=())


def _as_known(first: date, last: date) -> str | None:
    """The day, month or year of an interval that is one."""
    if first == last:
        return first.isoformat()
    if (first.year, first.day) != (last.year, 1):
        return None
    if (first.month, last.month, last.day) == (1, 12, 31):
        return str(first.year)
    return f"{first:%Y-%m}" if first.month == last.month else None
