"""Which entries each page is made of. ``VIEWS`` at the end is the one table of it.

What is taken away of a page (``app.pages.exports``) asks for these entries alone, and not for the whole page.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from msgspec import Struct
from sqlmodel import Session

from app.filters import (
    CHANGES_PARAMETERS,
    EVIDENCE_PARAMETERS,
    EXPOSURE_PARAMETERS,
    LISTING_PARAMETERS,
    MENTIONS_PARAMETERS,
    PAGED_PARAMETERS,
    PANEL_PARAMETERS,
    PLAIN_PARAMETERS,
    SEARCH_PARAMETERS,
    TIMELINE_PARAMETERS,
    BadParameter,
    Fault,
    Filter,
)
from app.pages.changes import compared
from app.pages.exposure import own_choices
from app.pages.mentions import unreviewed
from app.pages.routing import ATOM_SUFFIX, CITE_SUFFIXES, IDENTIFIER, PACK_SUFFIX
from app.pages.shown import (
    Select,
    of_claims,
    of_entries,
    of_list,
    of_pairs,
    of_part,
    of_search,
    read_entries,
    translated,
)
from app.pages.visit import PageNotFound, Visit
from app.queries.briefings import read_briefing
from app.queries.cross_impact import read_cross_impact
from app.queries.exposure import list_calculations
from app.queries.figures import read_figures
from app.queries.glossary import list_terms
from app.queries.listings import count_items
from app.queries.parties import list_parties
from app.queries.scenario_evidence import read_evidence
from app.queries.scenarios import list_scenarios
from app.rendering.charts.frame import CSV_SUFFIX
from app.rendering.exports.entries import (
    Entry,
    change_entry,
    figure_entry,
    impact_entry,
    list_entry,
    mention_entry,
    party_entry,
    reading_entries,
    term_entry,
)
from app.rendering.labels import label
from app.rendering.listing import describe_filter
from app.rendering.mentions import let_through
from app.rendering.translations import N_
from app.vocabulary import Listing


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


def mentions_of(visit: Visit) -> tuple[str, int, Callable[[int, int], Sequence[tuple[Entry, date]]]]:
    chosen, to = visit.chosen, visit.frame.to
    with visit.session() as session:
        found = [each for each in unreviewed(session, visit) if let_through(each, chosen)]
    words = describe_filter(chosen, visit.path, visit.frame.names, to)
    title = ": ".join(filter(None, (translated(N_("Said since, not reviewed"), visit), words)))
    return title, len(found), lambda start, stop: [(mention_entry(each, to), each.day) for each in found[start:stop]]


def changes_of(visit: Visit) -> tuple[str, int, Callable[[int, int], Sequence[tuple[Entry, date]]]]:
    before, found, read = compared(visit)
    since, release, moment = before.id if before else "nothing", visit.release.id, visit.release.published
    words = describe_filter(visit.chosen, visit.path, visit.frame.names, visit.frame.to)
    title = ": ".join(filter(None, (translated(N_("What changed"), visit), words)))
    language = visit.frame.language

    def part(start: int, stop: int) -> Sequence[tuple[Entry, date]]:
        return [(change_entry(each, since, release, language), moment) for each in read(found[start:stop])]

    return title, len(found), part


PATHS = {
    Listing.CLAIMS: "/claims",
    Listing.DEVELOPMENTS: "/timeline",
    Listing.FIGURES: "/figures",
    Listing.SOURCES: "/sources",
    Listing.GLOSSARY: "/glossary",
}


FORMS = (CSV_SUFFIX, ATOM_SUFFIX, PACK_SUFFIX, *CITE_SUFFIXES)


class View(Struct, frozen=True):
    """A page by its path, what it is made of, the parameters it takes, and the ``forms`` in which it is taken away."""

    path: str
    select: Select
    accepted: Sequence[str] = PLAIN_PARAMETERS
    listing: Listing | None = Listing.CLAIMS
    forms: Sequence[str] = FORMS
    watching: bool = False


def nothing_of(title: str) -> Callable[[Session, Visit, str], tuple[str, Sequence[Entry]]]:
    """A page of this title without entries."""

    def select(_session: Session, visit: Visit, _identifier: str) -> tuple[str, Sequence[Entry]]:
        return translated(title, visit), ()

    return select


_ONE = f"/{IDENTIFIER}"
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
    View("/contradictions", of_pairs(N_("Say against say")), PAGED_PARAMETERS),
    View("/parties", of_entries("party", parties_of)),
    View("/glossary", of_entries("term", terms_of)),
    View("/about", of_entries("list", lists_of)),
    # A statement has no entries, and is cited all the same.
    View("/accessibility", of_entries("list", nothing_of(N_("Accessibility"))), forms=CITE_SUFFIXES),
    View("/changes", of_part("change", changes_of), CHANGES_PARAMETERS),
    # What nobody has reviewed is no evidence to pack, and the address that stays as it is shows none of it to cite.
    View(
        "/mentions",
        of_part("mention", mentions_of),
        MENTIONS_PARAMETERS,
        forms=(CSV_SUFFIX, ATOM_SUFFIX),
        watching=True,
    ),
    # A chart has a table of its own at ``.csv``; the rest is that of the page it is drawn from.
    View("/charts/timeline", _TIMELINE, TIMELINE_PARAMETERS, Listing.DEVELOPMENTS),
    View("/charts/scenarios", _PANEL),
    View("/charts/ranking", of_claims(N_("Evidence against scenarios"), evidence_of), EVIDENCE_PARAMETERS),
    View(f"/charts/swings-{_ONE[1:]}", of_entries("figure", inputs_of), EXPOSURE_PARAMETERS),
    View(f"/charts/mix-{_ONE[1:]}", _ISSUE),
    View(f"/charts/attribution-{_ONE[1:]}", _ISSUE),
    View(f"/charts/readings-{_ONE[1:]}", _READINGS),
)
