"""What a page is made of, as entries to take away: read in chunks, or a page of those that changed last."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace
from sqlmodel import Session

from app.filters import MAX_SIZE, Filter
from app.pages.paging import refuse_past_the_end, turn_to
from app.pages.visit import PageNotFound, Visit
from app.queries.claims import read_claims
from app.queries.contradictions import claims_against, count_contradictions, list_contradictions
from app.queries.developments import read_developments
from app.queries.figures import read_figures
from app.queries.glossary import list_terms
from app.queries.listings import Place, list_changed, list_items, next_places, read_changes
from app.queries.search import search
from app.queries.sets import Scope
from app.queries.sources import read_sources
from app.rendering.exports.entries import (
    SINGULAR,
    Entry,
    claim_entry,
    development_entry,
    figure_entry,
    hit_entry,
    source_entry,
    term_entry,
)
from app.rendering.listing import describe_filter
from app.rendering.translations import N_, translations
from app.vocabulary import Listing

CHUNK = 300
"""How many entries are read at a time: enough that a statement's cost is spread, few enough to be held by many."""

Chunks = Iterable[Sequence[Entry]]


class Shown(Struct, frozen=True):
    """What a page is made of. ``chunks`` reads the entries from the start each time it is called.

    ``newest`` is a page of them, those that changed last first, each with that day, and how many such pages there are.
    """

    title: str
    kind: str
    chunks: Callable[[], Chunks]
    newest: Callable[[], tuple[Sequence[tuple[Entry, date]], int]]


Select = Callable[[Visit, str], Shown]


def read_entries(session: Session, listing: Listing, ids: Sequence[str], visit: Visit) -> Sequence[Entry]:
    """Entries of a list in the order of their ids."""
    viewpoint, to = visit.viewpoint, visit.frame.to
    match listing:
        case Listing.CLAIMS:
            return [claim_entry(each, to) for each in read_claims(session, ids=ids, viewpoint=viewpoint)]
        case Listing.DEVELOPMENTS:
            return [development_entry(each, to) for each in read_developments(session, ids=ids, viewpoint=viewpoint)]
        case Listing.FIGURES:
            return [figure_entry(each, to) for each in read_figures(session, ids=ids, viewpoint=viewpoint)]
        case Listing.SOURCES:
            return [source_entry(each, to) for each in read_sources(session, ids=ids, viewpoint=viewpoint)]
        case Listing.GLOSSARY:
            terms = {each.id: each for each in list_terms(session, viewpoint=viewpoint)}
            return [term_entry(terms[each], to) for each in ids if each in terms]


def dated(session: Session, entries: Sequence[Entry], visit: Visit) -> list[tuple[Entry, date]]:
    """Entries with the day on which each last changed; one of no day counts from when the record was compiled."""
    as_of = visit.viewpoint.as_of
    fallback = min(visit.frame.compiled, as_of)
    wanted: dict[Listing, set[str]] = {}
    for entry in entries:
        for listing, identifier in entry.rests:
            wanted.setdefault(listing, set()).add(identifier)
    changes = {
        (listing, identifier): day
        for listing, ids in wanted.items()
        for identifier, day in read_changes(session, listing=listing, ids=sorted(ids), as_of=as_of).items()
    }
    days = [max((changes.get(each, date.min) for each in entry.rests), default=date.min) for entry in entries]
    return [(entry, fallback if day == date.min else day) for entry, day in zip(entries, days, strict=True)]


def of_list(listing: Listing, title: str, parameter: str | None = None) -> Select:
    """The entries of a filtered list; with a ``parameter``, those that have the id of the address as its value.

    They go by their ``title``, by the name of what the address is about, or by that of the whole record.
    """

    def select(visit: Visit, identifier: str) -> Shown:
        asked = visit.chosen
        scope: Scope = ((parameter, identifier),) if parameter else ()
        whole = visit.release.name.in_language(visit.frame.language)
        heading = named(visit, parameter, identifier) if parameter else translated(title, visit) or whole
        words = describe_filter(visit.chosen, visit.path, visit.release.names, visit.frame.to)
        as_of = visit.viewpoint.as_of

        def chunks() -> Iterator[Sequence[Entry]]:
            if visit.paged:
                with visit.session() as session:
                    listed = list_items(session, listing=listing, chosen=asked, as_of=as_of, scope=scope)
                    refuse_past_the_end(visit, listed.pages)
                    yield read_entries(session, listing, listed.ids, visit)
                return
            # A session for each chunk: a reader who takes their time over a long table holds no connection.
            after: Place | None = None
            while True:
                with visit.session() as session:
                    places = next_places(
                        session, listing=listing, chosen=asked, as_of=as_of, scope=scope, after=after, limit=CHUNK
                    )
                    entries = read_entries(session, listing, [each.id for each in places], visit)
                if entries:
                    yield entries
                if len(places) < CHUNK:
                    return
                after = places[-1]

        def newest() -> tuple[Sequence[tuple[Entry, date]], int]:
            # A page that takes no ``page`` has a feed of one page, as long as a page may be.
            one = asked if takes_pages(visit) else replace(asked, size=MAX_SIZE)
            with visit.session() as session:
                listed = list_changed(session, listing=listing, chosen=one, as_of=as_of, scope=scope)
                refuse_past_the_end(visit, listed.pages)
                entries = dated(session, read_entries(session, listing, listed.ids, visit), visit)
            return entries, listed.pages if takes_pages(visit) else 1

        return Shown(": ".join(filter(None, (heading, words))), SINGULAR[listing], chunks, newest)

    return select


def of_entries(kind: str, read: Callable[[Session, Visit, str], tuple[str, Sequence[Entry]]]) -> Select:
    """The entries of a page that shows all it has; ``read`` gives its title and the entries."""

    def select(visit: Visit, identifier: str) -> Shown:
        with visit.session() as session:
            title, entries = read(session, visit, identifier)

        def newest() -> tuple[Sequence[tuple[Entry, date]], int]:
            with visit.session() as session:
                found = dated(session, entries, visit)
            return sorted(found, key=lambda each: each[1], reverse=True)[:MAX_SIZE], 1

        return Shown(title, kind, lambda: (entries,), newest)

    return select


def of_claims(title: str, find: Callable[[Session, Visit, str], tuple[str, Iterable[str]]]) -> Select:
    """The claims behind a page, each once; ``find`` gives the one thing it is about, if any, and the ids."""

    def read(session: Session, visit: Visit, identifier: str) -> tuple[str, Sequence[Entry]]:
        about, ids = find(session, visit, identifier)
        heading = ": ".join(filter(None, (translated(title, visit), about)))
        return heading, read_entries(session, Listing.CLAIMS, list(dict.fromkeys(ids)), visit)

    return of_entries("claim", read)


def of_pairs(title: str) -> Select:
    """The claims that stand against each other, each once; of a page of pairs, those of these pairs."""

    def select(visit: Visit, _identifier: str) -> Shown:
        viewpoint = visit.viewpoint

        def chunks() -> Iterator[Sequence[Entry]]:
            with visit.session() as session:
                count = count_contradictions(session, as_of=viewpoint.as_of)
            paging = turn_to(visit, count)
            seen: set[str] = set()
            size = paging.size if visit.paged else CHUNK
            for skip in [paging.skip] if visit.paged else range(0, count, size):
                with visit.session() as session:
                    pairs = list_contradictions(session, viewpoint=viewpoint, skip=skip, size=size)
                cards = {card.id: card for pair in pairs for card in (pair.claim, pair.against)}
                yield [claim_entry(card, visit.frame.to) for card in cards.values() if card.id not in seen]
                seen |= cards.keys()

        def newest() -> tuple[Sequence[tuple[Entry, date]], int]:
            among = claims_against(as_of=viewpoint.as_of)
            with visit.session() as session:
                listed = list_changed(
                    session, listing=Listing.CLAIMS, chosen=visit.chosen, as_of=viewpoint.as_of, among=among
                )
                refuse_past_the_end(visit, listed.pages)
                entries = dated(session, read_entries(session, Listing.CLAIMS, listed.ids, visit), visit)
            return entries, listed.pages

        return Shown(translated(title, visit), "claim", chunks, newest)

    return select


def of_part(
    kind: str, read: Callable[[Visit], tuple[str, int, Callable[[int, int], Sequence[tuple[Entry, date]]]]]
) -> Select:
    """The entries of a list that is no list of the record: ``read`` gives its title, how many there are, and a way to
    read those from one place to another, each with its day, the newest first.
    """

    def select(visit: Visit, _identifier: str) -> Shown:
        title, count, part = read(visit)
        paging = turn_to(visit, count)

        def shown() -> Sequence[tuple[Entry, date]]:
            return part(paging.skip, min(paging.skip + paging.size, count))

        def chunks() -> Iterator[Sequence[Entry]]:
            if visit.paged:
                yield [entry for entry, _ in shown()]
                return
            for start in range(0, count, CHUNK):
                yield [entry for entry, _ in part(start, min(start + CHUNK, count))]

        return Shown(title, kind, chunks, lambda: (shown(), paging.pages))

    return select


def of_search(visit: Visit, _identifier: str) -> Shown:
    words = describe_filter(visit.chosen, visit.path, visit.release.names, visit.frame.to)

    def find(chosen: Filter) -> tuple[Sequence[Entry], int]:
        with visit.session() as session:
            found = search(session, chosen=chosen, viewpoint=visit.viewpoint)
        refuse_past_the_end(visit, found.pages)
        return [hit_entry(each, visit.frame.to) for each in found.hits], found.pages

    def chunks() -> Iterator[Sequence[Entry]]:
        page, pages = 1, 1
        while page <= pages:
            entries, pages = find(visit.chosen if visit.paged else replace(visit.chosen, page=page, size=CHUNK))
            yield entries
            if visit.paged:
                return
            page += 1

    def newest() -> tuple[Sequence[tuple[Entry, date]], int]:
        entries, pages = find(visit.chosen)
        with visit.session() as session:
            found = dated(session, entries, visit)
        return sorted(found, key=lambda each: each[1], reverse=True), pages

    return Shown(": ".join(filter(None, (translated(N_("Search"), visit), words))), "hit", chunks, newest)


def translated(message: str, visit: Visit) -> str:
    return translations(visit.frame.language).gettext(message) if message else ""


def named(visit: Visit, parameter: str, identifier: str) -> str:
    """The name of the thing that the page is about; there is no page where there is no such thing on that day."""
    if identifier not in visit.release.names[parameter]:
        raise PageNotFound
    if parameter == "source":
        with visit.session() as session:
            if not read_sources(session, ids=[identifier], viewpoint=visit.viewpoint):
                raise PageNotFound
    return visit.frame.name(parameter, identifier)


def takes_pages(visit: Visit) -> bool:
    return "page" in visit.accepted
