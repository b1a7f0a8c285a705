"""Which entries each page is made of. ``VIEWS`` at the end is the one table of it.

What is taken away of a page (``app.pages.exports``) asks for these entries alone, and not for the whole page.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from app.filters import (
    CHANGES_PARAMETERS,
    EVIDENCE_PARAMETERS,
    EXPOSURE_PARAMETERS,
    LISTING_PARAMETERS,
    MAX_SIZE,
    PANEL_PARAMETERS,
    PLAIN_PARAMETERS,
    SEARCH_PARAMETERS,
    TIMELINE_PARAMETERS,
    BadParameter,
    Fault,
    Filter,
)
from app.pages.exposure import own_choices
from app.pages.visit import PageNotFound, Visit
from app.queries.briefings import read_briefing
from app.queries.claims import read_claims
from app.queries.contradictions import list_contradictions
from app.queries.cross_impact import read_cross_impact
from app.queries.developments import read_developments
from app.queries.exposure import list_calculations
from app.queries.figures import read_figures
from app.queries.glossary import list_terms
from app.queries.listings import (
    Place,
    count_items,
    list_changed,
    list_items,
    next_places,
    read_changes,
)
from app.queries.parties import list_parties
from app.queries.scenario_evidence import read_evidence
from app.queries.scenarios import list_scenarios
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
    impact_entry,
    list_entry,
    party_entry,
    reading_entries,
    source_entry,
    term_entry,
)
from app.rendering.labels import label
from app.rendering.listing import describe_filter
from app.rendering.translations import N_, translations
from app.vocabulary import Listing

CHUNK = 300
"""How many entries are read at a time: enough that a statement's cost is spread, few enough to be held by many."""

Chunks = Iterable[Sequence[Entry]]


@dataclass(frozen=True)
class Shown:
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


def refuse_past_the_end(visit: Visit, pages: int) -> None:
    if takes_pages(visit) and visit.chosen.page > pages:
        raise BadParameter("page", str(visit.chosen.page), Fault.PAST_THE_END, ["1", str(pages)])


def claim_of(session: Session, visit: Visit, identifier: str) -> tuple[str, Sequence[Entry]]:
    entries = read_entries(session, Listing.CLAIMS, [identifier], visit)
    if not entries:
        raise PageNotFound
    return entries[0].title, entries


def readings_of(session: Session, visit: Visit, identifier: str) -> tuple[str, Sequence[Entry]]:
    cards = read_figures(session, ids=[identifier], viewpoint=visit.viewpoint)
    if not cards:
        raise PageNotFound
    return cards[0].name, reading_entries(cards[0], visit.frame.to)


def briefing_of(session: Session, visit: Visit, identifier: str) -> tuple[str, Iterable[str]]:
    found = read_briefing(session, identifier=identifier, viewpoint=visit.viewpoint)
    if found is None:
        raise PageNotFound
    return found.issue.name, (
        *(each.id for each in found.basis),
        *(want.position.claim.id for side in found.parties for want in side.wants),
        *(each.id for each in found.best),
        *(each.claim.id for each in found.doubtful),
        *(reading.claim for each in found.figures for reading in each.conflict.readings),
        *(each.announced.id for each in found.expectations),
        *(each.id for each in found.forecasts),
    )


def scenario_of(session: Session, visit: Visit, identifier: str) -> tuple[str, Iterable[str]]:
    for card in list_scenarios(session, viewpoint=visit.viewpoint):
        if card.id == identifier:
            seen = [line.seen.id for line in card.signposts if line.seen]
            return card.name, (*(claim.id for cell in card.impacts for claim in cell.claims), *seen)
    raise PageNotFound


def panel_of(session: Session, visit: Visit, _identifier: str) -> tuple[str, Sequence[Entry]]:
    frame, chosen = visit.frame, visit.chosen
    cells = [
        (card, cell)
        for card in list_scenarios(session, viewpoint=visit.viewpoint)
        if not chosen.scenario or card.id in chosen.scenario
        for cell in card.impacts
        if not chosen.impact or cell.area in chosen.impact
    ]
    if chosen.cell and chosen.cell not in (cell.id for _, cell in cells):
        raise BadParameter("cell", chosen.cell, Fault.UNKNOWN_VALUE, [cell.id for _, cell in cells])
    entries = [impact_entry(card, cell, frame.name("impact", cell.area), frame.to) for card, cell in cells]
    return translated(N_("Scenarios"), visit), entries


def contradictions_of(session: Session, visit: Visit, _identifier: str) -> tuple[str, Iterable[str]]:
    pairs = list_contradictions(session, viewpoint=visit.viewpoint)
    return "", (each.id for pair in pairs for each in (pair.claim, pair.against))


def evidence_of(session: Session, visit: Visit, _identifier: str) -> tuple[str, Iterable[str]]:
    table = read_evidence(session, viewpoint=visit.viewpoint, without=visit.chosen.values("without"))
    return "", (each.claim.id for each in table.lines)


def influences_of(session: Session, visit: Visit, _identifier: str) -> tuple[str, Iterable[str]]:
    judged = read_cross_impact(session, viewpoint=visit.viewpoint)
    return "", (claim.id for each in judged.influences for claim in each.claims)


def inputs_of(session: Session, visit: Visit, identifier: str) -> tuple[str, Sequence[Entry]]:
    """The figures that the calculations take, or that the one of the address does."""
    listed = list_calculations(session, viewpoint=visit.viewpoint)
    lines = [line for line in listed.known if identifier in ("", line.id)]
    if identifier:
        own_choices(identifier, visit)
        if not lines:
            raise PageNotFound
    figures = {each.figure.id: each.figure for line in lines for each in line.inputs}
    entries = [figure_entry(each, visit.frame.to) for each in figures.values()]
    return lines[0].name if identifier else translated(N_("Exposure in figures"), visit), entries


def terms_of(session: Session, visit: Visit, _identifier: str) -> tuple[str, Sequence[Entry]]:
    terms = list_terms(session, viewpoint=visit.viewpoint)
    return translated(N_("Glossary"), visit), [term_entry(each, visit.frame.to) for each in terms]


def parties_of(session: Session, visit: Visit, _identifier: str) -> tuple[str, Sequence[Entry]]:
    parties = list_parties(session, viewpoint=visit.viewpoint)
    return translated(N_("Parties"), visit), [party_entry(each, visit.frame.to) for each in parties]


def lists_of(session: Session, visit: Visit, _identifier: str) -> tuple[str, Sequence[Entry]]:
    as_of, to = visit.viewpoint.as_of, visit.frame.to
    counted = ((each, count_items(session, listing=each, chosen=Filter(), as_of=as_of)) for each in Listing)
    entries = [list_entry(each, label("in", each, to.language), to.page(PATHS[each]), count) for each, count in counted]
    return translated(N_("Method and scales"), visit), entries


PATHS = {
    Listing.CLAIMS: "/claims",
    Listing.DEVELOPMENTS: "/timeline",
    Listing.FIGURES: "/figures",
    Listing.SOURCES: "/sources",
    Listing.GLOSSARY: "/glossary",
}


@dataclass(frozen=True)
class View:
    """A page by its path, the parameters it takes, and what it is made of; ``None`` where it has no entries."""

    path: str
    select: Select
    accepted: Sequence[str] = PLAIN_PARAMETERS
    listing: Listing | None = Listing.CLAIMS
    has_entries: bool = True


def nothing_of(title: str) -> Callable[[Session, Visit, str], tuple[str, Sequence[Entry]]]:
    """A page of this title without entries."""

    def select(_session: Session, visit: Visit, _identifier: str) -> tuple[str, Sequence[Entry]]:
        return translated(title, visit), ()

    return select


_ONE = "/{identifier:id}"
_TIMELINE = of_list(Listing.DEVELOPMENTS, N_("Timeline"))
_ISSUE = of_list(Listing.CLAIMS, "", "issue")
_PANEL = of_entries("impact", panel_of)
_READINGS = of_entries("reading", readings_of)

VIEWS = (
    # A filtered list is made of its entries.
    View("/claims", of_list(Listing.CLAIMS, N_("Claims")), LISTING_PARAMETERS),
    View("/timeline", _TIMELINE, LISTING_PARAMETERS, Listing.DEVELOPMENTS),
    View("/figures", of_list(Listing.FIGURES, N_("Figures")), LISTING_PARAMETERS, Listing.FIGURES),
    View("/sources", of_list(Listing.SOURCES, N_("Sources")), LISTING_PARAMETERS, Listing.SOURCES),
    View("/search", of_search, SEARCH_PARAMETERS, None),
    View(f"/issues{_ONE}", _ISSUE, LISTING_PARAMETERS),
    # A page without a filter is made of what it lists, or of the claims that it rests on.
    View("/", of_list(Listing.CLAIMS, "")),
    View(f"/claims{_ONE}", of_entries("claim", claim_of)),
    View(f"/figures{_ONE}", _READINGS),
    View(f"/parties{_ONE}", of_list(Listing.CLAIMS, "", "party")),
    View(f"/sources{_ONE}", of_list(Listing.CLAIMS, "", "source")),
    View(f"/impacts{_ONE}", of_list(Listing.CLAIMS, "", "impact")),
    View(f"/scenarios{_ONE}", of_claims("", scenario_of)),
    View(f"/issues{_ONE}/briefing", of_claims(N_("In a minute"), briefing_of)),
    View("/scenarios", _PANEL, PANEL_PARAMETERS),
    View("/scenarios/evidence", of_claims(N_("Evidence against scenarios"), evidence_of), EVIDENCE_PARAMETERS),
    View("/scenarios/cross-impact", of_claims(N_("Which outcomes fit together"), influences_of)),
    View("/scenarios/exposure", of_entries("figure", inputs_of), EXPOSURE_PARAMETERS),
    View("/contradictions", of_claims(N_("Say against say"), contradictions_of)),
    View("/parties", of_entries("party", parties_of)),
    View("/glossary", of_entries("term", terms_of)),
    View("/about", of_entries("list", lists_of)),
    View("/accessibility", of_entries("list", nothing_of(N_("Accessibility"))), has_entries=False),
    # Changes have a feed of their own, and are no entries of the record.
    View("/changes", of_entries("list", nothing_of(N_("What changed"))), CHANGES_PARAMETERS, has_entries=False),
    # A chart has a table of its own at ``.csv``; the rest is that of the page it is drawn from.
    View("/charts/timeline", _TIMELINE, TIMELINE_PARAMETERS, Listing.DEVELOPMENTS),
    View("/charts/scenarios", _PANEL),
    View("/charts/ranking", of_claims(N_("Evidence against scenarios"), evidence_of), EVIDENCE_PARAMETERS),
    View(f"/charts/swings-{_ONE[1:]}", of_entries("figure", inputs_of), EXPOSURE_PARAMETERS),
    View(f"/charts/mix-{_ONE[1:]}", _ISSUE),
    View(f"/charts/attribution-{_ONE[1:]}", _ISSUE),
    View(f"/charts/readings-{_ONE[1:]}", _READINGS),
)
